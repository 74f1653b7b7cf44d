#include "zipflens/corpus/dataset_layout.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/base/temporary_folder.h"
#include "zipflens/corpus/card_yaml.h"
#include "zipflens/corpus/data_file_kinds.h"
#include "zipflens/corpus/file_pattern.h"

namespace zipflens {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A file tree with names but no contents, except for `card`, the content of README.md.
class NamedFiles final : public FileTree {
 public:
  explicit NamedFiles(std::vector<std::string> names, std::string card = "")
      : names_(std::move(names)), card_(std::move(card)) {
    std::sort(names_.begin(), names_.end());
  }

  const std::vector<std::string>& FilesBelow(const std::string& folder) override {
    std::vector<std::string>& below = below_[folder];
    below.clear();
    for (const std::string& name : names_) {
      if (folder.empty() || name.starts_with(folder + "/")) below.push_back(name);
    }
    return below;
  }
  std::optional<std::string> Read(const std::string& name) override {
    if (name != "README.md" || card_.empty()) return std::nullopt;
    return card_;
  }

 private:
  std::vector<std::string> names_;
  std::string card_;
  std::map<std::string, std::vector<std::string>> below_;
};

using NameList = std::vector<std::string>;

NameList FilesOf(FileTree& tree, const std::string& split, const std::string& config = "") {
  const DatasetLayout layout = ResolveDataset(tree, "repo", config);
  for (const SplitPaths& each : layout.splits) {
    if (each.name == split) return each.files;
  }
  return {"no split"};
}

bool Matches(const std::string& pattern, const std::string& path) {
  return FilePattern(pattern, "card").Matches(path);
}

TEST(FilePattern, StaysWithinOneNameButForDoubleStars) {
  EXPECT_TRUE(Matches("data/*.parquet", "data/a.parquet"));
  EXPECT_FALSE(Matches("data/*.parquet", "data/b/a.parquet"));
  EXPECT_TRUE(Matches("./data//./a?.txt", "data/ab.txt"));
  EXPECT_TRUE(Matches("a?.txt", "a\xC3\xA9.txt")) << "a code point";
  EXPECT_FALSE(Matches("a?.txt", "a/.txt"));
  EXPECT_TRUE(Matches("**", "a/b/c"));
  EXPECT_TRUE(Matches("**/c", "c"));
  EXPECT_TRUE(Matches("**/c", "a/b/c"));
  EXPECT_FALSE(Matches("**/c", "a/bc"));
  EXPECT_TRUE(Matches("a/**/c", "a/c"));
  EXPECT_FALSE(Matches("*/c", "/c")) << "a part of its own is not empty";
  EXPECT_TRUE(Matches("**/*[-._ 0-9]test[-._ 0-9]*/**", "x/my-test 1/d/e.txt"));
  EXPECT_FALSE(Matches("**/*[-._ 0-9]test[-._ 0-9]*/**", "x/contest1/d/e.txt"));
  EXPECT_TRUE(Matches("[a-c]x[!0-9]", "bxy"));
  EXPECT_FALSE(Matches("[a-c]x[!0-9]", "bx7"));
  EXPECT_TRUE(Matches("[]a]", "]"));
  EXPECT_TRUE(Matches("a[b", "a[b"));
}

TEST(FilePattern, LeavesHiddenFilesOutUnlessTheyAreAskedFor) {
  EXPECT_FALSE(Matches("**", ".git/x"));
  EXPECT_FALSE(Matches("**", "a/__pycache__/x"));
  EXPECT_TRUE(Matches("**", "a/__x"));
  EXPECT_TRUE(Matches(".cache/*", ".cache/x"));
  EXPECT_FALSE(Matches(".cache/*", ".cache/.x"));
  EXPECT_FALSE(Matches("*.md", "README.md"));
  EXPECT_TRUE(Matches("README.md", "README.md"));
}

TEST(FilePattern, RefusesWhatWouldLeaveTheDataSet) {
  for (const char* pattern :
       {"../x", "/etc/passwd", "https://x/y", "zip://a::b", "a**", "**.txt"}) {
    EXPECT_THAT(MessageOf([&] { FilePattern(pattern, "card"); }), HasSubstr("the pattern"))
        << pattern;
  }
}

TEST(FilePattern, TakesLinearTimeForManyStars) {
  const std::string pattern = "**/*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*ab";
  std::string name(901, 'a');
  name.back() = 'c';
  EXPECT_FALSE(Matches(pattern, name));
}

TEST(InferLoader, GoesByTheEndingThatMostFilesHave) {
  EXPECT_EQ(InferLoader({"a.jsonl", "LICENSE.txt"}), "json");
  EXPECT_EQ(InferLoader({"a.jsonl", "b.txt", "c.txt"}), "text");
  EXPECT_EQ(InferLoader({"a.json.gz", "b.parquet"}), "parquet");
  EXPECT_EQ(InferLoader({"metadata.jsonl", "a.txt"}), "text");
  EXPECT_EQ(InferLoader({"a.PNG", "b.png", "c.jsonl"}), "imagefolder");
  EXPECT_EQ(InferLoader({"a.zip"}), "zip");
  EXPECT_EQ(InferLoader({"LICENSE"}), "");
  EXPECT_TRUE(IsDataFileName("a.txt.bak"));
  EXPECT_FALSE(IsDataFileName("a.JSONL"));
}

TEST(ResolveDataset, FindsWordsInFolders) {
  NamedFiles tree({"my-train 1/a.jsonl", "test/b/train.jsonl", "train.jsonl"});
  EXPECT_THAT(FilesOf(tree, "train"), ElementsAre("my-train 1/a.jsonl"));
  EXPECT_THAT(FilesOf(tree, "test"), ElementsAre("test/b/train.jsonl"));
}

TEST(ResolveDataset, FindsWordsInFiles) {
  NamedFiles tree({"c4-train.00000-of-00001.json.gz", "x_dev2.json", "contest.json"});
  EXPECT_THAT(FilesOf(tree, "train"), ElementsAre("c4-train.00000-of-00001.json.gz"));
  EXPECT_THAT(FilesOf(tree, "validation"), ElementsAre("x_dev2.json"));
  EXPECT_THAT(FilesOf(tree, "test"), ElementsAre("no split"));
}

TEST(ResolveDataset, FollowsACardWhereverItIsParsed) {
  const std::string yaml =
      "configs:\n- config_name: a\n  data_files:\n  - split: train\n    path: x/*\n"
      "- config_name: b\n  default: yes\n  data_dir: y\n";
  for (const std::string& card :
       {"---\n" + yaml + "---\n", "\xEF\xBB\xBF---\n" + yaml + "---",
        "\n \n---\n" + yaml + "--- \n# x", "\r\n---\r\n" + yaml + "---\r\n"}) {
    NamedFiles tree({"x/1.txt", "x/test.txt", "y/train.txt", "y/test.txt"}, card);
    EXPECT_THAT(FilesOf(tree, "train", "a"), ElementsAre("x/1.txt", "x/test.txt"));
    EXPECT_THAT(FilesOf(tree, "train"), ElementsAre("y/train.txt"));
    EXPECT_THAT(MessageOf([&] { ResolveDataset(tree, "repo", "c"); }), HasSubstr("\"c\""));
  }
  EXPECT_THAT(FrontMatter("# Title\n---\na: b\n---\n"), IsEmpty());
  EXPECT_THAT(FrontMatter("----\na: b\n---\n"), IsEmpty());
}

TEST(ResolveDataset, RefusesWhatACardMustNotSay) {
  for (const char* configs :
       {"- data_files: x", "- config_name: a\n  data_files: {train: x}", " x",
        "- config_name: a\n  data_files: [{split: a-b, path: x}]",
        "- config_name: a\n  data_files: [{split: t, path: x}, {split: t, path: x}]",
        "- config_name: a\n  data_files: x\n  sample_by: document",
        "- config_name: a\n  data_files: ../x", "- config_name: a\n  data_files: y.txt",
        "- config_name: a\n  default: true\n- config_name: default"}) {
    NamedFiles tree({"x", "x.txt"}, fmt::format("---\nconfigs:\n{}\n---\n", configs));
    EXPECT_THAT(MessageOf([&] { ResolveDataset(tree, "repo", ""); }), HasSubstr("repo")) << configs;
  }
}

std::string Selected(FileTree& tree, const std::string& expression) {
  return MessageOf(
      [&] { SelectSplits(ResolveDataset(tree, "repo", ""), SplitExpression::Parse(expression)); });
}

TEST(SelectSplits, RefusesAFileInTwoSplitsOrTwice) {
  NamedFiles shared({"train_test.jsonl", "test.jsonl"});
  EXPECT_THAT(Selected(shared, "train"), HasSubstr("train_test.jsonl in test too"));
  NamedFiles twice({"train/training/a.jsonl"});
  EXPECT_THAT(Selected(twice, "train"), HasSubstr("train/training/a.jsonl twice"));
}

TEST(SelectSplits, RefusesPartsOfSetsOfShards) {
  NamedFiles missing({"train-00000-of-00002.jsonl"});
  EXPECT_THAT(Selected(missing, "train"), HasSubstr("1 of 2 shards"));
  NamedFiles mixed({"train-00000-of-00001.jsonl", "train-00000-of-00002.jsonl"});
  EXPECT_THAT(Selected(mixed, "train"), HasSubstr("more than one set"));
  NamedFiles configs({"de/train-00000-of-00001.jsonl", "en/train-00000-of-00001.jsonl"});
  EXPECT_THAT(Selected(configs, "train"), HasSubstr("such as repo:en:train"));
}

TEST(SelectSplits, ReplacesAllAlone) {
  NamedFiles tree({"train.txt", "test.txt", "dev.txt"});
  const DatasetLayout layout = ResolveDataset(tree, "repo", "");
  EXPECT_THAT(SelectSplits(layout, SplitExpression::Parse("all")).SplitNames(),
              ElementsAre("train", "validation", "test"));
  EXPECT_THAT(Selected(tree, "all[:1]"), HasSubstr("no split \"all\""));
}

}  // namespace
}  // namespace zipflens
