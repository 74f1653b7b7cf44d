// JSON Lines: one JSON object a line; lines of nothing but white space are no documents.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/line_reader.h"

namespace zipflens {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxDepth = 256;  // nlohmann copies and prints nested values recursively

// nlohmann's message without its code and place: "syntax error while parsing value - ...".
std::string ParseMessage(const Json::parse_error& error) {
  const std::string_view message = error.what();
  const std::size_t end_of_place = message.find(": ");
  return std::string(end_of_place == std::string_view::npos ? message
                                                            : message.substr(end_of_place + 2));
}

class JsonlSource final : public DocumentSource {
 public:
  JsonlSource(const std::filesystem::path& path, const CorpusOptions& options)
      : lines_(path), options_(options) {}

  bool Next(Document& document) override {
    std::string_view line;
    if (!NextLine(line)) return false;
    Json object = Parse(line);
    const auto text = object.find(options_.text_column);
    if (text == object.end()) {
      std::vector<std::string> names;
      for (const auto& field : object.items()) names.push_back(field.key());
      Refuse(Place(),
             fmt::format("no field \"{}\" among: {}", options_.text_column, ListNames(names)));
    }
    if (!text->is_string()) {
      Refuse(fmt::format("{}, field {}", Place(), options_.text_column),
             text->is_null() ? "null" : fmt::format("a JSON {}", text->type_name()));
    }
    document.text = std::move(text->get_ref<std::string&>());
    const auto title = object.find(options_.title_column);
    document.title = title == object.end() ? "" : Shown(*title);
    return true;
  }

  bool Skip() override {
    std::string_view line;
    return NextLine(line);
  }

  CorpusRecord NextRecord() override {
    std::string_view line;
    if (!NextLine(line)) return {};
    const Json object = Parse(line);
    CorpusRecord record;
    for (const auto& field : object.items()) {
      record.emplace_back(field.key(), field.value().is_null() ? "null" : Shown(field.value()));
    }
    return record;
  }

 private:
  static std::string Shown(const Json& value) {
    if (value.is_null()) return "";
    return value.is_string() ? value.get<std::string>() : value.dump();
  }

  bool NextLine(std::string_view& line) {
    while (lines_.Next(line)) {
      if (line.find_first_not_of(" \t\r") != std::string_view::npos) return true;
    }
    return false;
  }

  std::string Place() const { return fmt::format("line {}", lines_.line_number()); }

  [[noreturn]] void Refuse(const std::string& place, const std::string& found) const {
    throw InputError({.source = lines_.path().string(),
                      .place = place,
                      .found = found,
                      .expected = fmt::format("a JSON object with a string in the field \"{}\"",
                                              options_.text_column)});
  }

  Json Parse(std::string_view line) const {
    CheckUtf8(line, lines_.path(), [this] { return Place(); });
    const auto refuse_depth = [this](int depth, Json::parse_event_t event, const Json&) {
      const bool opens =
          event == Json::parse_event_t::object_start || event == Json::parse_event_t::array_start;
      if (opens && depth >= kMaxDepth) {
        Refuse(Place(), fmt::format("nesting deeper than {} levels", kMaxDepth));
      }
      return true;
    };
    try {
      Json object = Json::parse(line, refuse_depth);
      if (!object.is_object()) Refuse(Place(), fmt::format("a JSON {}", object.type_name()));
      return object;
    } catch (const Json::parse_error& error) {
      Refuse(fmt::format("{}, byte {}", Place(), error.byte - 1), ParseMessage(error));
    }
  }

  LineReader lines_;
  CorpusOptions options_;
};

}  // namespace

std::unique_ptr<DocumentSource> OpenJsonlSource(const std::filesystem::path& path,
                                                const CorpusOptions& options) {
  return std::make_unique<JsonlSource>(path, options);
}

}  // namespace zipflens
