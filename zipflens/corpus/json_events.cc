#include "zipflens/corpus/json_events.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

#include "zipflens/base/numbers.h"

namespace zipflens {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMaxDepth = 256;
constexpr std::size_t kMaxMessageBytes = 200;  // nlohmann's message contains the whole token

// Returns nlohmann's message without its code and place: "syntax error while parsing value - ...".
std::string Sentence(const Json::exception& error) {
  std::string_view message = error.what();
  const std::size_t end_of_code = message.find("] ");
  if (end_of_code != std::string_view::npos) message.remove_prefix(end_of_code + 2);
  const std::size_t end_of_place = message.find(": ");
  const bool has_place = message.starts_with("parse error at line");
  if (has_place && end_of_place != std::string_view::npos) message.remove_prefix(end_of_place + 2);
  return CutText(message, kMaxMessageBytes);
}

}  // namespace

// The callbacks of nlohmann's parser, with the names that it requires.
class JsonEvents::Sax {
 public:
  explicit Sax(JsonEvents& events) : events_(events) {}

  bool null() { return Scalar(nullptr); }
  bool boolean(bool value) { return Scalar(value); }
  bool number_integer(std::int64_t value) { return Scalar(value); }
  bool number_unsigned(std::uint64_t value) { return Scalar(value); }
  bool number_float(double value, const std::string& /*digits*/) { return Scalar(value); }
  bool string(std::string& value) {
    events_.OnString(value);
    return true;
  }
  bool binary(Json::binary_t& /*value*/) { return false; }  // never called for JSON text
  bool start_object(std::size_t /*size*/) { return Begin(/*is_object=*/true); }
  bool start_array(std::size_t /*size*/) { return Begin(/*is_object=*/false); }
  bool end_object() { return End(/*is_object=*/true); }
  bool end_array() { return End(/*is_object=*/false); }
  bool key(std::string& name) {
    events_.OnKey(name);
    return true;
  }
  bool parse_error(std::size_t /*position*/, const std::string& /*token*/,
                   const Json::exception& error) {
    if (const auto* parse_error = dynamic_cast<const Json::parse_error*>(&error)) {
      throw BadJson{fmt::format("byte {}", parse_error->byte - 1), Sentence(error)};
    }
    throw BadJson{"", Sentence(error)};
  }

 private:
  bool Scalar(const Json& value) {
    events_.OnScalar(value);
    return true;
  }
  bool Begin(bool is_object) {
    if (events_.depth_ == kMaxDepth) {
      throw BadJson{"", fmt::format("nesting deeper than {} levels", kMaxDepth)};
    }
    ++events_.depth_;
    events_.OnBegin(is_object);
    return true;
  }
  bool End(bool is_object) {
    events_.OnEnd(is_object);
    --events_.depth_;
    return true;
  }

  JsonEvents& events_;
};

void JsonEvents::Parse(std::string_view text) {
  depth_ = 0;
  // nlohmann's parser takes a NUL for the end of the text and passes over what follows it.
  const std::size_t nul = text.find('\0');
  if (nul != std::string_view::npos) throw BadJson{fmt::format("byte {}", nul), "a NUL byte"};
  Sax sax(*this);
  Json::sax_parse(text.begin(), text.end(), &sax);
}

void JsonWriter::Key(const std::string& name) {
  Put(nlohmann::json(name).dump());
  text_ += ':';
  needs_comma_ = false;
}

void JsonWriter::Begin(bool is_object) {
  Put(is_object ? "{" : "[");
  needs_comma_ = false;
}

void JsonWriter::End(bool is_object) {
  text_ += is_object ? '}' : ']';
  needs_comma_ = true;
}

std::string JsonWriter::Take() {
  needs_comma_ = false;
  return std::exchange(text_, {});
}

void JsonWriter::Put(std::string_view value) {
  if (needs_comma_) text_ += ',';
  text_ += value;
  needs_comma_ = true;
}

std::string CutText(std::string_view text, std::size_t max_bytes) {
  if (text.size() <= max_bytes) return std::string(text);
  constexpr unsigned kContinuation = 0x80;
  constexpr unsigned kContinuationBits = 0xC0;
  const auto continues = [](char byte) {
    return (ByteOf(byte) & kContinuationBits) == kContinuation;
  };
  while (max_bytes > 0 && continues(text[max_bytes])) --max_bytes;
  return std::string(text.substr(0, max_bytes)) + "...";
}

}  // namespace zipflens
