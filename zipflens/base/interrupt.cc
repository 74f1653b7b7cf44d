#include "zipflens/base/interrupt.h"

#include "zipflens/base/error.h"

namespace zipflens {
namespace {
thread_local const StopFlag* current_flag = nullptr;
}  // namespace

StopScope::StopScope(const StopFlag* flag) noexcept : outer_(current_flag) { current_flag = flag; }
StopScope::~StopScope() { current_flag = outer_; }
const StopFlag* StopScope::Current() noexcept { return current_flag; }

void ThrowIfInterrupted() {
  if (current_flag != nullptr && current_flag->requested()) throw InterruptedError();
}

}  // namespace zipflens
