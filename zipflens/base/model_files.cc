#include "zipflens/base/model_files.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>

#include "zipflens/base/error.h"
#include "zipflens/base/json_field.h"
#include "zipflens/base/json_reader.h"
#include "zipflens/base/mapped_file.h"

namespace zipflens {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTokenizerExtras[] = {kTokenizerConfigFile, kSpecialTokensMapFile,
                                            kAddedTokensFile};

std::vector<fs::path> Sorted(const fs::path& model_dir, std::vector<std::string> names) {
  std::ranges::sort(names);
  std::vector<fs::path> files;
  files.reserve(names.size());
  for (const std::string& name : names) files.push_back(model_dir / name);
  return files;
}

std::vector<std::string> ConfigAndTokenizer(const HasModelFile& has) {
  std::vector<std::string> names = TokenizerFileNames(has);
  if (has(kModelConfigFile)) names.emplace_back(kModelConfigFile);
  return names;
}

}  // namespace

HasModelFile FilesInFolder(const fs::path& model_dir) {
  return [model_dir](const std::string& name) {
    std::error_code error;
    return fs::exists(fs::symlink_status(model_dir / name, error));
  };
}

std::vector<std::string> TokenizerFileNames(const HasModelFile& has) {
  std::vector<std::string> names;
  if (has(kTokenizerJsonFile)) {
    names.emplace_back(kTokenizerJsonFile);
  } else if (has(kVocabularyFile)) {
    names.emplace_back(kVocabularyFile);
  } else {
    return names;
  }
  for (const char* extra : kTokenizerExtras) {
    if (has(extra)) names.emplace_back(extra);
  }
  return names;
}

std::vector<std::string> AbsentTokenizerFileNames(const HasModelFile& has) {
  std::vector<std::string> names = {kTokenizerConfigFile};
  // Beside a tokenizer.json these are read to be compared with it alone.
  if (!has(kTokenizerJsonFile)) {
    names.insert(names.end(), {kTokenizerJsonFile, kSpecialTokensMapFile, kAddedTokensFile});
  }
  std::erase_if(names, has);
  return names;
}

std::map<std::string, std::string> ParseWeightMap(std::string_view text,
                                                  const std::string& source) {
  const nlohmann::json index = ParseJson(text, source, "", "an index of safetensors files");
  const std::filesystem::path file_path = source;
  const JsonField map = JsonField(index, file_path).Member("weight_map");
  if (!map.json().is_object()) map.Fail("an object that maps tensors to files");
  std::map<std::string, std::string> weight_map;
  for (const auto& [tensor, file] : map.json().items()) {
    const std::string file_name = file.is_string() ? file.get<std::string>() : "";
    if (file_name.empty() || fs::path(file_name).filename() != file_name || file_name == ".." ||
        file_name == ".") {
      throw InputError({.source = source,
                        .place = "weight_map, tensor " + tensor,
                        .found = DescribeJson(file),
                        .expected = "the name of a file in the same folder"});
    }
    weight_map.emplace(tensor, file_name);
  }
  return weight_map;
}

std::vector<std::string> WeightFileNames(const HasModelFile& has,
                                         const std::function<std::string()>& index_text,
                                         const std::string& source) {
  if (has(kWeightsFile)) return {kWeightsFile};
  if (!has(kWeightsIndexFile)) return {};
  std::set<std::string> names = {kWeightsIndexFile};
  for (const auto& [tensor, file] : ParseWeightMap(index_text(), source)) names.insert(file);
  return {names.begin(), names.end()};
}

std::vector<fs::path> ModelFiles(const fs::path& model_dir) {
  const HasModelFile has = FilesInFolder(model_dir);
  std::vector<std::string> names = ConfigAndTokenizer(has);
  const fs::path index = model_dir / kWeightsIndexFile;
  for (std::string& name : WeightFileNames(
           has, [&index] { return ReadTextFile(index); }, index.string())) {
    if (has(name)) names.push_back(std::move(name));
  }
  return Sorted(model_dir, std::move(names));
}

std::vector<fs::path> TokenizerFiles(const fs::path& model_dir) {
  return Sorted(model_dir, ConfigAndTokenizer(FilesInFolder(model_dir)));
}

}  // namespace zipflens
