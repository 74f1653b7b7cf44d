// The list of a model's files: which of those that exist are read.
#include "zipflens/base/model_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/base/temporary_folder.h"

namespace zipflens {
namespace {

using testing::ElementsAre;

HasModelFile Has(const std::set<std::string>& names) {
  return [names](const std::string& name) { return names.contains(name); };
}

std::vector<std::string> Names(const std::vector<std::filesystem::path>& files) {
  std::vector<std::string> names;
  for (const auto& file : files) names.push_back(file.filename().string());
  return names;
}

TEST(ModelFiles, TokenizerJsonGoesBeforeVocabTxt) {
  EXPECT_THAT(TokenizerFileNames(Has({"tokenizer.json", "vocab.txt", "added_tokens.json"})),
              ElementsAre("tokenizer.json", "added_tokens.json"));
  EXPECT_THAT(TokenizerFileNames(Has({"vocab.txt", "special_tokens_map.json", "added_tokens.json",
                                      "tokenizer_config.json", "merges.txt"})),
              ElementsAre("vocab.txt", "tokenizer_config.json", "special_tokens_map.json",
                          "added_tokens.json"));
  EXPECT_THAT(TokenizerFileNames(Has({"tokenizer_config.json", "config.json"})), ElementsAre());
}

TEST(ModelFiles, AbsentOnesThatWouldChangeTheIds) {
  EXPECT_THAT(AbsentTokenizerFileNames(Has({"tokenizer.json"})),
              ElementsAre("tokenizer_config.json"));
  EXPECT_THAT(AbsentTokenizerFileNames(Has({"vocab.txt", "tokenizer_config.json"})),
              ElementsAre("tokenizer.json", "special_tokens_map.json", "added_tokens.json"));
}

TEST(ModelFiles, OneFileOfWeightsGoesBeforeShards) {
  const TemporaryFolder folder;
  for (const char* name : {"config.json", "vocab.txt", "a.safetensors", "b.safetensors",
                           "other.safetensors", "pytorch_model.bin", "README.md"}) {
    folder.Write(name, "");
  }
  folder.Write(kWeightsIndexFile,
               R"({"weight_map":{"x":"b.safetensors","y":"a.safetensors","z":"b.safetensors"}})");
  EXPECT_THAT(Names(ModelFiles(folder.path())),
              ElementsAre("a.safetensors", "b.safetensors", "config.json",
                          "model.safetensors.index.json", "vocab.txt"));
  EXPECT_THAT(Names(TokenizerFiles(folder.path())), ElementsAre("config.json", "vocab.txt"));
  folder.Write(kWeightsFile, "");
  EXPECT_THAT(Names(ModelFiles(folder.path())),
              ElementsAre("config.json", "model.safetensors", "vocab.txt"));
}

TEST(ModelFiles, AnIndexThatLeadsOutOfTheFolderIsRefused) {
  for (const std::string name : {"../x", "/x", "..", ".", "a/b", ""}) {
    EXPECT_EQ(
        MessageOf([&] { ParseWeightMap(R"({"weight_map":{"t":")" + name + "\"}}", "index"); }),
        "index: weight_map, tensor t: found \"" + name +
            "\"; expected the name of a file in the same folder");
  }
  EXPECT_EQ(MessageOf([] { ParseWeightMap("{", "index"); }),
            "index: byte 1: found malformed JSON; expected an index of safetensors files");
}

}  // namespace
}  // namespace zipflens
