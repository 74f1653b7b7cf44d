// JSON Lines: one JSON object per line. Lines of white space only are not documents.
#include <fmt/format.h>

#include <type_traits>

#include "zipflens/base/interrupt.h"
#include "zipflens/corpus/document_source.h"
#include "zipflens/corpus/json_record.h"
#include "zipflens/corpus/line_reader.h"
#include "zipflens/corpus/simd_json.h"

namespace zipflens {
namespace {

class JsonlSource final : public DocumentSource {
 public:
  JsonlSource(const std::filesystem::path& path, const SourceOptions& options, CorpusReport& report)
      : lines_(path, options.corpus.max_document_bytes),
        options_(options.corpus),
        rows_(options.rows),
        report_(report),
        simd_json_(options_.text_column, options_.title_column),
        parser_(options_.text_column, options_.title_column) {}

  bool Next(Document& document) override {
    while (NextLine()) {
      try {
        const std::string_view line = Checked();
        // If the fast parser does not accept a line, the plain parser reads it or says what is
        // wrong.
        if (!simd_json_.Parse(line, document.text, document.title)) {
          Guarded([&] { parser_.Parse(line, document.text, document.title); });
        }
        return true;
      } catch (const InputError& error) {
        if (!options_.skip_bad_lines) throw;
        ReportBadLine(error.what(), report_);
      }
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
        return Guarded([&] {
          CorpusRecord record = JsonRecordParser::Fields(Checked());
          if (record.empty())
            throw BadJson{"", "an object without fields"};  // an empty record would mean the end
          return record;
        });
      } catch (const InputError&) {
        if (!options_.skip_bad_lines) throw;
      }
    }
    return {};
  }

  void Unread() override {
    lines_.Unread();
    --num_rows_;
  }
  std::uint64_t rows_done() const override { return num_rows_; }
  std::uint64_t bytes_done() const override { return lines_.bytes_done(); }

 private:
  // Advances to the next line in the range that is not blank.
  bool NextLine() {
    while (num_rows_ < rows_.end && lines_.Next(line_)) {
      ThrowIfInterrupted();
      const bool is_blank = line_.find_first_not_of(" \t\r") == std::string_view::npos;
      if (is_blank && !lines_.is_too_long()) continue;
      if (lines_.line_number() == 1 && line_.starts_with('[')) RefuseArray();
      if (num_rows_++ >= rows_.begin) return true;
    }
    return false;
  }

  // Throws if the file begins like an array: it is then one array, even if single lines look like
  // objects.
  void RefuseArray() const {
    Guarded([] { throw BadJson{"", "a JSON array"}; });
  }

  std::string Place() const { return fmt::format("line {}", lines_.line_number()); }

  // Returns the line, checked for UTF-8.
  std::string_view Checked() {
    if (lines_.is_too_long()) ThrowTooLong(lines_.name(), Place(), "a line", options_);
    if (FirstInvalidUtf8(line_) == line_.size()) return line_;
    TakeUtf8(
        line_, lines_.name(), options_.invalid_utf8, [this] { return Place(); }, report_,
        replaced_);
    return replaced_;
  }

  template <typename Work>
  std::invoke_result_t<Work> Guarded(const Work& work) const {
    try {
      return work();
    } catch (const BadJson& bad) {
      throw InputError({.source = lines_.name().string(),
                        .place = bad.place.empty() ? Place() : Place() + ", " + bad.place,
                        .found = bad.found,
                        .expected = fmt::format("a JSON object with a string in the field \"{}\"",
                                                options_.text_column)});
    }
  }

  LineReader lines_;
  CorpusOptions options_;
  RowRange rows_;
  CorpusReport& report_;
  SimdJson simd_json_;
  JsonRecordParser parser_;
  std::string_view line_;
  std::string replaced_;
  std::uint64_t num_rows_ = 0;  // rows of the file before the current position
};

}  // namespace

std::unique_ptr<DocumentSource> OpenJsonlSource(const std::filesystem::path& path,
                                                const SourceOptions& options,
                                                CorpusReport& report) {
  return std::make_unique<JsonlSource>(path, options, report);
}

}  // namespace zipflens
