// Plain text: every line is a document, an empty line one of no characters, as the `text` loader of
// Hugging Face datasets has it.
#include <fmt/format.h>

#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/line_reader.h"

namespace zipflens {
namespace {

class TextSource final : public DocumentSource {
 public:
  explicit TextSource(const std::filesystem::path& path) : lines_(path) {}

  bool Next(Document& document) override {
    std::string_view line;
    if (!lines_.Next(line)) return false;
    CheckUtf8(line, lines_.path(), [&] { return fmt::format("line {}", lines_.line_number()); });
    document.text.assign(line);
    document.title.clear();
    return true;
  }

  bool Skip() override {
    std::string_view line;
    return lines_.Next(line);
  }

  CorpusRecord NextRecord() override {
    Document document;
    if (!Next(document)) return {};
    return {{"text", std::move(document.text)}};
  }

 private:
  LineReader lines_;
};

}  // namespace

std::unique_ptr<DocumentSource> OpenTextSource(const std::filesystem::path& path) {
  return std::make_unique<TextSource>(path);
}

}  // namespace zipflens
