#include "fuzz/study_files.h"

#include <arrow/api.h>
#include <arrow/io/memory.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "zipflens/base/mapped_file.h"
#include "zipflens/study/study.h"

namespace zipflens::fuzz {
namespace {

using TablePtr = std::shared_ptr<arrow::Table>;

void Require(const arrow::Status& status) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

TablePtr TableOf(const std::string& bytes) {
  const auto file = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes));
  const auto reader = parquet::arrow::OpenFile(file, arrow::default_memory_pool()).ValueOrDie();
  return reader->ReadTable().ValueOrDie();
}

std::string BytesOf(const arrow::Table& table) {
  const auto stream = arrow::io::BufferOutputStream::Create().ValueOrDie();
  Require(parquet::arrow::WriteTable(table, arrow::default_memory_pool(), stream, 1 << 20,
                                     parquet::WriterProperties::Builder()
                                         .compression(parquet::Compression::UNCOMPRESSED)
                                         ->build()));
  return stream->Finish().ValueOrDie()->ToString();
}

// Rows from `first`, taken `count` times in steps: a part, all of them reversed, or one repeated.
TablePtr WithRows(const TablePtr& table, InputBytes& input) {
  const auto num_rows = static_cast<std::size_t>(table->num_rows());
  const std::size_t first = input.Below(num_rows + 1);
  const std::size_t count = input.Below(num_rows + 1);
  const TablePtr part =
      table->Slice(static_cast<std::int64_t>(first), static_cast<std::int64_t>(count));
  const TablePtr before = table->Slice(0, static_cast<std::int64_t>(first));
  const TablePtr after = table->Slice(static_cast<std::int64_t>(std::min(first + count, num_rows)));
  switch (input.Byte() % 4) {
    case 0:
      return part;
    case 1:
      return arrow::ConcatenateTables({before, after}).ValueOrDie();
    case 2:
      return arrow::ConcatenateTables({before, part, part, after}).ValueOrDie();
    default:
      return arrow::ConcatenateTables({after, before, part}).ValueOrDie();
  }
}

// One cell of a column of numbers gets other bytes; a column of strings becomes null.
TablePtr WithCell(const TablePtr& table, InputBytes& input) {
  const auto column_idx =
      static_cast<int>(input.Below(static_cast<std::size_t>(table->num_columns())));
  const auto field = table->field(column_idx);
  const auto column = arrow::Concatenate(table->column(column_idx)->chunks()).ValueOrDie();
  const auto* const type = dynamic_cast<const arrow::FixedWidthType*>(field->type().get());
  const bool has_cells = type != nullptr && type->bit_width() >= 8 && column->length() > 0 &&
                         field->type()->id() != arrow::Type::DICTIONARY;
  if (!has_cells) {
    const auto nulls = arrow::MakeArrayOfNull(field->type(), column->length()).ValueOrDie();
    return table->SetColumn(column_idx, field, std::make_shared<arrow::ChunkedArray>(nulls))
        .ValueOrDie();
  }
  const auto width = static_cast<std::size_t>(type->bit_width() / 8);
  const auto& old_data = *column->data();
  std::string bytes = old_data.buffers[1]->ToString();
  const std::size_t row = input.Below(static_cast<std::size_t>(column->length()));
  const std::uint64_t value = input.Number(static_cast<int>(width));
  const std::size_t num_cells =
      input.Byte() < 32 ? static_cast<std::size_t>(column->length()) - row : 1;
  for (std::size_t i = row; i < row + num_cells; ++i) {
    for (std::size_t byte = 0; byte < width; ++byte) {
      bytes[i * width + byte] = static_cast<char>(value >> (8 * byte));
    }
  }
  const auto data = arrow::ArrayData::Make(field->type(), column->length(),
                                           {old_data.buffers[0], arrow::Buffer::FromString(bytes)});
  return table
      ->SetColumn(column_idx, field, std::make_shared<arrow::ChunkedArray>(arrow::MakeArray(data)))
      .ValueOrDie();
}

}  // namespace

StudyFiles::StudyFiles(const std::filesystem::path& study) : folder_(scratch_.path() / "study") {
  std::filesystem::copy(study, folder_, std::filesystem::copy_options::recursive);
  Study::Load(folder_);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_)) {
    const std::string name = entry.path().lexically_relative(folder_).string();
    if (!entry.is_regular_file()) continue;
    contents_[name] = ReadTextFile(entry.path());
    if (entry.path().extension() != ".parquet") continue;
    tables_[name] = TableOf(contents_[name]);
    table_names_.push_back(name);
  }
  std::sort(table_names_.begin(), table_names_.end());
}

void StudyFiles::Change(InputBytes& input) {
  const std::size_t choice = input.Below(table_names_.size() + 4);
  if (choice < table_names_.size()) {
    ChangeTable(table_names_[choice], input);
  } else {
    ChangeJson(input);
  }
}

void StudyFiles::ChangeTable(const std::string& name, InputBytes& input) {
  std::string bytes;
  switch (input.Byte() % 4) {
    case 0:
      bytes = BytesOf(*WithRows(tables_[name], input));
      break;
    case 1:
    case 2:
      bytes = BytesOf(*WithCell(tables_[name], input));
      break;
    default: {
      bytes = contents_[name];
      const std::size_t place = input.Below(std::min<std::size_t>(bytes.size(), 1 << 16));
      const std::string_view edit = input.Text(input.Byte() % 16);
      bytes.replace(bytes.size() - 1 - place, edit.size(), edit);
    }
  }
  changed_.push_back(name);
  std::filesystem::remove(folder_ / name);
  scratch_.Write("study/" + name, bytes);
}

void StudyFiles::ChangeJson(InputBytes& input) {
  using Json = nlohmann::ordered_json;
  const std::string name = input.Byte() % 4 == 0 ? "null/study.json" : "study.json";
  Json json = Json::parse(contents_.at(name));
  Json& study = json.at("study");
  auto member = study.begin();
  std::advance(member, static_cast<std::ptrdiff_t>(input.Below(study.size())));
  const std::string_view text = input.Text(input.Byte() % 32);
  const Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) {
    *member = static_cast<std::int64_t>(input.Number(text.size() % 2 == 0 ? 8 : 1));
  } else {
    *member = value;
  }
  changed_.push_back(name);
  scratch_.Write("study/" + name, json.dump());
}

void StudyFiles::Restore() {
  for (const std::string& name : changed_) scratch_.Write("study/" + name, contents_.at(name));
  changed_.clear();
}

std::filesystem::path SmallStudyFolder() {
  const char* const folder = std::getenv("ZIPFLENS_FUZZ_STUDY");
  if (folder == nullptr) throw std::runtime_error("ZIPFLENS_FUZZ_STUDY names no study folder");
  return folder;
}

}  // namespace zipflens::fuzz
