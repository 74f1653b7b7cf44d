// Plain text: every line is a document, and an empty line is an empty document, as in the `text`
// loader of Hugging Face datasets.
#include <fmt/format.h>

#include "zipflens/base/error.h"
#include "zipflens/base/interrupt.h"
#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/line_reader.h"

namespace zipflens {
namespace {

class TextSource final : public DocumentSource {
 public:
  TextSource(const std::filesystem::path& path, const SourceOptions& options, CorpusReport& report)
      : lines_(path, options.corpus.max_document_bytes),
        options_(options.corpus),
        rows_(options.rows),
        report_(report) {}

  bool Next(Document& document) override {
    while (NextLine()) {
      try {
        TakeText(document.text);
      } catch (const InputError& error) {
        if (!options_.skip_bad_lines) throw;
        ReportBadLine(error.what(), report_);
        continue;
      }
      document.title.clear();
      return true;
    }
    return false;
  }

  std::uint64_t Skip(std::uint64_t num_rows) override {
    std::uint64_t num_skipped = 0;
    while (num_skipped < num_rows && NextLine()) ++num_skipped;
    return num_skipped;
  }

  CorpusRecord NextRecord() override {
    while (NextLine()) {
      try {
        CorpusRecord record = {{"text", ""}};
        TakeText(record.front().second);
        return record;
      } catch (const InputError&) {
        if (!options_.skip_bad_lines) throw;
      }
    }
    return {};
  }

  void Unread() override { lines_.Unread(); }
  std::uint64_t rows_done() const override { return lines_.line_number(); }
  std::uint64_t bytes_done() const override { return lines_.bytes_done(); }

 private:
  bool NextLine() {
    while (lines_.line_number() < rows_.end && lines_.Next(line_)) {
      ThrowIfInterrupted();
      if (lines_.line_number() > rows_.begin) return true;
    }
    return false;
  }

  void TakeText(std::string& out) const {
    const auto place = [this] { return fmt::format("line {}", lines_.line_number()); };
    if (lines_.is_too_long()) ThrowTooLong(lines_.name(), place(), "a line", options_);
    TakeUtf8(line_, lines_.name(), options_.invalid_utf8, place, report_, out);
  }

  LineReader lines_;
  CorpusOptions options_;
  RowRange rows_;
  CorpusReport& report_;
  std::string_view line_;
};

}  // namespace

std::unique_ptr<DocumentSource> OpenTextSource(const std::filesystem::path& path,
                                               const SourceOptions& options, CorpusReport& report) {
  return std::make_unique<TextSource>(path, options, report);
}

}  // namespace zipflens
