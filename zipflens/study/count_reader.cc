#include "zipflens/study/count_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "zipflens/base/error.h"
#include "zipflens/base/mapped_file.h"
#include "zipflens/study/count_file.h"
#include "zipflens/study/table_reader.h"

namespace zipflens {
namespace {

/// Takes rows in the file's order and refuses what does not fit.
class CountCollector {
 public:
  CountCollector(const std::filesystem::path& path, const Tokenizer& tokenizer)
      : path_(path),
        tokenizer_(tokenizer),
        counts_(tokenizer.vocab_size()),
        seen_(tokenizer.vocab_size(), false) {}

  void Take(const std::string& place, std::int64_t id, std::int64_t count,
            const std::optional<std::string>& token) {
    if (id < 0 || static_cast<std::size_t>(id) >= seen_.size()) {
      Refuse(place, fmt::format("id {}", id),
             fmt::format("ids 0 to {}, those of {}", seen_.size() - 1, VocabularyName()));
    }
    const auto index = static_cast<std::size_t>(id);
    if (seen_[index]) Refuse(place, fmt::format("id {} again", id), "every id once");
    seen_[index] = true;
    if (count < 0) Refuse(place, fmt::format("count {}", count), "0 or more");
    const std::string& entry = tokenizer_.Token(static_cast<std::int32_t>(id));
    if (token && *token != entry) {
      Refuse(place, fmt::format("token \"{}\" at id {}", *token, id),
             fmt::format("\"{}\", the entry of {}", entry, VocabularyName()));
    }
    checked_ = checked_ && token.has_value();
    const auto value = static_cast<std::uint64_t>(count);
    counts_.counts[index] = value;
    if (__builtin_add_overflow(counts_.total, value, &counts_.total)) {
      Refuse(place, "a sum of counts beyond 64 bits", "counts of a corpus");
    }
  }

  /// `sha256`: the vocabulary's, as the file states it.
  void RequireVocabulary(const std::string& sha256) {
    stated_ = true;
    if (sha256 == tokenizer_.vocabulary_sha256()) return;
    Refuse("", fmt::format("counts of the vocabulary with sha256 {}", sha256),
           fmt::format("{}, that of {}", tokenizer_.vocabulary_sha256(), VocabularyName()));
  }

  FileCounts Finish() {
    if (counts_.total == 0) Refuse("", "no counted token", "token counts");
    return {std::move(counts_), checked_ || stated_};
  }

  [[noreturn]] void Refuse(const std::string& place, const std::string& found,
                           const std::string& expected) const {
    throw InputError(
        {.source = path_.string(), .place = place, .found = found, .expected = expected});
  }

 private:
  std::string VocabularyName() const { return tokenizer_.source().string(); }

  std::filesystem::path path_;
  const Tokenizer& tokenizer_;
  TokenCounts counts_;
  std::vector<bool> seen_;
  bool checked_ = true;  // every row by its token
  bool stated_ = false;  // the whole by its sha256
};

FileCounts ReadParquetCounts(const std::filesystem::path& path, CountCollector& collector) {
  const TableHeader header = ReadTableHeader(path);
  std::vector<TableColumn> columns = {{"id", ColumnType::kInt64}, {"count", ColumnType::kInt64}};
  const bool has_token = std::count(header.columns.begin(), header.columns.end(), "token") > 0;
  if (has_token) columns.push_back({"token", ColumnType::kString});
  const auto stated = header.metadata.find(kVocabularySha256Key);
  if (stated != header.metadata.end()) collector.RequireVocabulary(stated->second);
  std::uint64_t row = 0;
  ReadTable(path, columns, [&](const ReadColumns& block) {
    const auto& ids = std::get<std::vector<std::int64_t>>(block[0]);
    const auto& counts = std::get<std::vector<std::int64_t>>(block[1]);
    for (std::size_t i = 0; i < ids.size(); ++i) {
      std::optional<std::string> token;
      if (has_token) token = std::get<std::vector<std::string>>(block[2])[i];
      collector.Take(fmt::format("row {}", row++), ids[i], counts[i], token);
    }
  });
  return collector.Finish();
}

/// The fields of CSV records (RFC 4180: quotes double within quotes; lines end at LF or CR LF).
class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  /// The next record, or nothing at the end.
  bool Next(std::vector<std::string>& fields) {
    fields.clear();
    if (offset_ >= text_.size()) return false;
    line_ = next_line_;
    while (true) {
      fields.push_back(Field());
      const bool more = offset_ < text_.size() && text_[offset_] == ',';
      if (more) {
        ++offset_;
        continue;
      }
      if (offset_ < text_.size() && text_[offset_] == '\r') ++offset_;
      if (offset_ < text_.size()) ++offset_;  // the line end
      ++next_line_;
      return true;
    }
  }

  /// The line, from 1, on which the record began.
  std::uint64_t line() const { return line_; }

 private:
  std::string Field() {
    std::string field;
    if (offset_ < text_.size() && text_[offset_] == '"') {
      ++offset_;
      for (; offset_ < text_.size(); ++offset_) {
        const bool quote = text_[offset_] == '"';
        if (quote && text_.substr(offset_ + 1, 1) != "\"") break;
        if (quote) ++offset_;
        if (text_[offset_] == '\n') ++next_line_;
        field += text_[offset_];
      }
      offset_ = std::min(offset_ + 1, text_.size());
    }
    while (offset_ < text_.size() && text_[offset_] != ',' && text_[offset_] != '\n' &&
           text_.substr(offset_, 2) != "\r\n") {
      field += text_[offset_++];
    }
    return field;
  }

  std::string_view text_;
  std::size_t offset_ = 0;
  std::uint64_t line_ = 1;
  std::uint64_t next_line_ = 1;
};

std::int64_t WholeNumber(const std::string& text, const char* column, const std::string& place,
                         const CountCollector& collector) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size()) return value;
  collector.Refuse(place, fmt::format("{} \"{}\"", column, text), "a whole number");
}

FileCounts ReadCsvCounts(std::string_view text, CountCollector& collector) {
  CsvReader reader(text);
  std::vector<std::string> fields;
  reader.Next(fields);
  const auto column = [&fields](const char* name) {
    return static_cast<std::size_t>(std::find(fields.begin(), fields.end(), name) - fields.begin());
  };
  const std::size_t num_columns = fields.size();
  const std::size_t id = column("id");
  const std::size_t count = column("count");
  const std::size_t token = column("token");
  if (id == num_columns || count == num_columns) {
    collector.Refuse("line 1", fmt::format("columns {}", fmt::join(fields, ", ")),
                     "a header line with the columns id and count");
  }
  while (reader.Next(fields)) {
    const std::string place = fmt::format("line {}", reader.line());
    if (fields.size() == 1 && fields[0].empty()) continue;
    if (fields.size() != num_columns) {
      collector.Refuse(place, fmt::format("{} fields", fields.size()),
                       fmt::format("{}, as in the header", num_columns));
    }
    std::optional<std::string> entry;
    if (token != num_columns) entry = fields[token];
    collector.Take(place, WholeNumber(fields[id], "id", place, collector),
                   WholeNumber(fields[count], "count", place, collector), entry);
  }
  return collector.Finish();
}

std::int64_t WholeField(const nlohmann::json& record, const char* name, const std::string& place,
                        const CountCollector& collector) {
  const auto field = record.find(name);
  if (field != record.end() && field->is_number_integer()) return field->get<std::int64_t>();
  collector.Refuse(place, field == record.end() ? fmt::format("no field {}", name) : field->dump(),
                   fmt::format("a whole number in the field {}", name));
}

FileCounts ReadJsonCounts(std::string_view text, CountCollector& collector) {
  std::uint64_t line = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view content = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
    if (content.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::string place = fmt::format("line {}", line);
    const nlohmann::json record =
        nlohmann::json::parse(content, nullptr, /*allow_exceptions=*/false);
    if (!record.is_object()) collector.Refuse(place, "no JSON object", "a JSON object a line");
    std::optional<std::string> token;
    const auto field = record.find("token");
    if (field != record.end() && field->is_string()) token = field->get<std::string>();
    collector.Take(place, WholeField(record, "id", place, collector),
                   WholeField(record, "count", place, collector), token);
  }
  return collector.Finish();
}

}  // namespace

FileCounts ReadCountFile(const std::filesystem::path& path, const Tokenizer& tokenizer) {
  const std::string ending = path.extension().string();
  RequireCountFileEnding(path, "--counts");
  CountCollector collector(path, tokenizer);
  if (ending == ".parquet") return ReadParquetCounts(path, collector);
  const MappedFile file(path);
  return ending == ".csv" ? ReadCsvCounts(file.text(), collector)
                          : ReadJsonCounts(file.text(), collector);
}

}  // namespace zipflens
