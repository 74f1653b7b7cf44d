#include "zipflens/tables/csv_rows.h"

#include <arrow/api.h>
#include <arrow/csv/api.h>
#include <arrow/io/memory.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <utility>

#include "zipflens/base/check.h"
#include "zipflens/base/error.h"
#include "zipflens/base/mapped_file.h"
#include "zipflens/base/text_encoding.h"

namespace zipflens {
namespace {

constexpr std::int32_t kBlockBytes = 16 << 20;

// Returns the number of line ends in a cell, or in the text before the header.
std::uint64_t LineEnds(std::string_view text) {
  std::uint64_t num_ends = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_pair = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if ((text[i] == '\n' || text[i] == '\r') && !is_pair) ++num_ends;
  }
  return num_ends;
}

std::string_view WithoutSpaces(const std::string& name) {
  const std::size_t begin = std::min(name.find_first_not_of(' '), name.size());
  return std::string_view(name).substr(begin, name.find_last_not_of(' ') + 1 - begin);
}

// Arrow's reader takes kilobytes for each column, before any of them is asked for.
constexpr std::size_t kMostColumns = 10'000;

// Returns whether the header, the first line of `text`, has more than kMostColumns columns.
bool HasTooManyColumns(std::string_view text, char delimiter) {
  std::size_t num_columns = 1;
  bool is_quoted = false;
  bool may_open = true;  // a quote opens at the start of a cell, and again after one that closed
  for (const char c : text) {
    if (is_quoted) {
      is_quoted = c != '"';
      may_open = true;
    } else if (c == '"' && may_open) {
      is_quoted = true;
    } else if (c == '\n' || c == '\r') {
      break;
    } else {
      may_open = c == delimiter;
      if (may_open && ++num_columns > kMostColumns) return true;
    }
  }
  return false;
}

/// A row that Arrow skips, because it has more or fewer cells than the header.
struct OddRow {
  std::int64_t number;  // among all rows including the header, from 1
  std::int32_t num_cells;
  bool is_blank;
};

class CsvFile {
 public:
  explicit CsvFile(const std::filesystem::path& path)
      : path_(path), file_(path), text_(Utf8Text(file_.text(), path.string())) {
    RemoveBlankLines();
    constexpr std::string_view kSeparatorLine = "sep=";
    if (text_.starts_with(kSeparatorLine) && text_.size() > kSeparatorLine.size()) {
      delimiters_ = {text_[kSeparatorLine.size()]};
      text_.remove_prefix(kSeparatorLine.size() + 1);
      RemoveBlankLines();
    }
    if (text_.empty()) Refuse("", "no line of text", "a header line");
  }

  // Chooses the delimiter and finds the columns.
  void FindColumns(const std::vector<std::string>& required,
                   const std::vector<std::string>& optional) {
    for (const char delimiter : delimiters_) {
      if (HasTooManyColumns(text_, delimiter)) {
        Refuse(fmt::format("line {}", line_),
               fmt::format("more than {} columns (separated by \"{}\")", kMostColumns, delimiter),
               "fewer");
      }
      std::vector<std::string> names = Open(delimiter)->schema()->field_names();
      const bool has_all = std::ranges::all_of(required, [&](const std::string& name) {
        return std::ranges::find(names, name, WithoutSpaces) != names.end();
      });
      if (has_all || names.size() > names_.size()) {
        names_ = std::move(names);
        delimiter_ = delimiter;
      }
      if (has_all) break;
    }
    for (const auto* columns : {&required, &optional}) {
      for (const std::string& name : *columns) {
        const auto found = std::ranges::find(names_, name, WithoutSpaces);
        const bool is_missing = found == names_.end();
        if (is_missing && columns == &required) {
          Refuse(fmt::format("line {}", line_), fmt::format("columns {}", fmt::join(names_, ", ")),
                 fmt::format("a header line with the columns {}", fmt::join(required, " and ")));
        }
        if (std::ranges::count(names_, name, WithoutSpaces) > 1) {
          Refuse(fmt::format("line {}", line_), fmt::format("the column {} twice", name),
                 "it once");
        }
        columns_.push_back(is_missing ? -1 : static_cast<int>(found - names_.begin()));
      }
    }
  }

  void Read(const std::function<void(const CsvRow& row)>& consume) {
    for (const std::string& name : names_) line_ += LineEnds(name);
    ++line_;
    const auto reader = Open(delimiter_);
    while (true) {
      std::shared_ptr<arrow::RecordBatch> batch;
      Require(reader->ReadNext(&batch));
      if (batch == nullptr) break;
      ReadBatch(*batch, consume);
    }
    PassOverOddRows();
    ZIPFLENS_CHECK(odd_rows_.empty());  // fails if Arrow numbers rows differently
  }

 private:
  [[noreturn]] void Refuse(const std::string& place, const std::string& found,
                           const std::string& expected) const {
    throw InputError(
        {.source = path_.string(), .place = place, .found = found, .expected = expected});
  }

  void Require(const arrow::Status& status) const {
    if (status.ok()) return;
    Refuse(fmt::format("behind line {}", line_), fmt::format("\"{}\"", status.message()),
           "CSV: quotes that end, and rows of at most 16 MiB");
  }

  void RemoveBlankLines() {
    const std::size_t begin = std::min(text_.find_first_not_of("\r\n"), text_.size());
    line_ += LineEnds(text_.substr(0, begin));
    text_.remove_prefix(begin);
  }

  // Reads all cells as text: no type is inferred, and no text is read as null.
  std::shared_ptr<arrow::csv::StreamingReader> Open(char delimiter) {
    auto read = arrow::csv::ReadOptions::Defaults();
    read.use_threads = false;  // Arrow numbers rows only without threads
    read.block_size = kBlockBytes;
    auto parse = arrow::csv::ParseOptions::Defaults();
    parse.delimiter = delimiter;
    parse.newlines_in_values = true;
    parse.ignore_empty_lines = false;
    odd_rows_.clear();
    parse.invalid_row_handler = [this](const arrow::csv::InvalidRow& row) {
      const bool is_blank = row.text.find_first_not_of(" \t\r\n") == std::string_view::npos;
      odd_rows_.push_back({row.number, row.actual_columns, is_blank});
      return arrow::csv::InvalidRowResult::Skip;
    };
    auto convert = arrow::csv::ConvertOptions::Defaults();
    for (const std::string& name : names_) convert.column_types[name] = arrow::utf8();
    const auto bytes = std::make_shared<arrow::Buffer>(
        reinterpret_cast<const std::uint8_t*>(text_.data()), text_.size());
    auto reader = arrow::csv::StreamingReader::Make(
        arrow::io::default_io_context(), std::make_shared<arrow::io::BufferReader>(bytes), read,
        parse, convert);
    Require(reader.status());
    return *std::move(reader);
  }

  void ReadBatch(const arrow::RecordBatch& batch,
                 const std::function<void(const CsvRow& row)>& consume) {
    std::vector<const arrow::StringArray*> arrays;
    for (const auto& column : batch.columns()) {
      arrays.push_back(dynamic_cast<const arrow::StringArray*>(column.get()));
      if (arrays.back() == nullptr) Refuse("", "a column that is no text", "text");
    }
    for (std::int64_t i = 0; i < batch.num_rows(); ++i) {
      PassOverOddRows();
      CsvRow row = {line_, {}};
      bool has_text = false;
      for (const arrow::StringArray* array : arrays) {
        has_text = has_text || array->value_length(i) > 0;
        line_ += LineEnds(array->GetView(i));
      }
      ++line_;
      ++row_number_;
      if (!has_text) continue;
      for (const int column : columns_) {
        if (column < 0) {
          row.cells.emplace_back();
        } else {
          row.cells.emplace_back(arrays[column]->GetView(i));
        }
      }
      consume(row);
    }
  }

  // Counts the empty lines before the next row. Throws for any other row that Arrow skipped.
  void PassOverOddRows() {
    while (!odd_rows_.empty() && odd_rows_.front().number == row_number_) {
      const OddRow& odd = odd_rows_.front();
      if (!odd.is_blank) {
        Refuse(fmt::format("line {}", line_), fmt::format("{} fields", odd.num_cells),
               fmt::format("{}, as in the header", names_.size()));
      }
      ++line_;
      ++row_number_;
      odd_rows_.pop_front();
    }
  }

  std::filesystem::path path_;
  MappedFile file_;
  std::string_view text_;  // starts at the header
  std::string delimiters_ = ",;\t";
  char delimiter_ = ',';
  std::vector<std::string> names_;
  std::vector<int> columns_;     // indices of the requested columns; -1: missing
  std::uint64_t line_ = 1;       // of the next row
  std::int64_t row_number_ = 2;  // of the next row; the header is row 1
  std::deque<OddRow> odd_rows_;
};

}  // namespace

void ReadCsvRows(const std::filesystem::path& path, const std::vector<std::string>& required,
                 const std::vector<std::string>& optional,
                 const std::function<void(const CsvRow& row)>& consume) {
  CsvFile file(path);
  file.FindColumns(required, optional);
  file.Read(consume);
}

}  // namespace zipflens
