// The files of a model: the one list that loading, fetching, hashing and copying go by.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace zipflens {

/// Names in a model folder or a model repository, in the layout of the Hugging Face hub.
inline constexpr const char* kModelConfigFile = "config.json";
inline constexpr const char* kTokenizerJsonFile = "tokenizer.json";
inline constexpr const char* kVocabularyFile = "vocab.txt";
inline constexpr const char* kTokenizerConfigFile = "tokenizer_config.json";
inline constexpr const char* kSpecialTokensMapFile = "special_tokens_map.json";
inline constexpr const char* kAddedTokensFile = "added_tokens.json";
inline constexpr const char* kWeightsFile = "model.safetensors";
inline constexpr const char* kWeightsIndexFile = "model.safetensors.index.json";

/// Whether a model has a file of that name.
using HasModelFile = std::function<bool(const std::string& name)>;

/// What a local folder has: also a link that leads nowhere, so that opening it names it.
HasModelFile FilesInFolder(const std::filesystem::path& model_dir);

/// The files that decide the ids, of those that exist: tokenizer.json, or vocab.txt if there is no
/// tokenizer.json; then tokenizer_config.json, special_tokens_map.json and added_tokens.json. Empty
/// if there is neither of the first two. config.json decides too; see ModelFiles.
std::vector<std::string> TokenizerFileNames(const HasModelFile& has);

/// Files that would change the ids if they existed, of those that `has` does not find: whoever
/// knows a part of a model only (a cache) must make sure that the model has none of them.
std::vector<std::string> AbsentTokenizerFileNames(const HasModelFile& has);

/// Which file holds each tensor, from the text of a model.safetensors.index.json. Throws InputError
/// naming `source`: malformed JSON, no "weight_map", a file name that leads out of the folder.
std::map<std::string, std::string> ParseWeightMap(std::string_view text, const std::string& source);

/// The files that hold the weights, of those that exist: model.safetensors, or the index and the
/// shards it names. Empty if there is neither. `index_text` reads the index and is called at most
/// once; `source` names the index in messages. Throws as ParseWeightMap does.
std::vector<std::string> WeightFileNames(const HasModelFile& has,
                                         const std::function<std::string()>& index_text,
                                         const std::string& source);

/// Every file of a local model folder that a study reads, by name: config.json, the tokenizer's
/// files and the weights. What is missing is left out. Throws as ParseWeightMap does.
std::vector<std::filesystem::path> ModelFiles(const std::filesystem::path& model_dir);

/// Those of ModelFiles that decide the ids: config.json and the tokenizer's files.
std::vector<std::filesystem::path> TokenizerFiles(const std::filesystem::path& model_dir);

}  // namespace zipflens
