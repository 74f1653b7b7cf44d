#include "zipflens/study/study_folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <system_error>
#include <utility>

#include "zipflens/base/error.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

fs::path TemporaryName() {
  static std::atomic<int> num_made = 0;
  return fs::temp_directory_path() / fmt::format("zipflens-study-{}-{}", ::getpid(), num_made++);
}

void CopyFiles(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy(from, to, fs::copy_options::recursive | fs::copy_options::overwrite_existing, error);
  if (error) throw OutputError(fmt::format("{}: {}", to.string(), error.message()));
}

}  // namespace

StudyFolder::StudyFolder(const fs::path& final_path, AtomicOutput::Existing existing)
    : in_the_making_(
          std::make_unique<AtomicOutput>(final_path.empty() ? TemporaryName() : final_path,
                                         AtomicOutput::Kind::kFolder, existing)) {
  path_ = in_the_making_->temporary_path();
}

void StudyFolder::SaveAs(const fs::path& final_path, AtomicOutput::Existing existing,
                         const std::function<void(const fs::path&)>& add) {
  auto output = std::move(in_the_making_);
  if (output == nullptr || output->final_path() != final_path) {
    auto copy = std::make_unique<AtomicOutput>(final_path, AtomicOutput::Kind::kFolder, existing);
    CopyFiles(path_, copy->temporary_path());
    output = std::move(copy);
  }
  if (add) add(output->temporary_path());
  output->Commit();
  path_ = output->final_path();
}

}  // namespace zipflens
