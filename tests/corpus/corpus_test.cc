// Tests of what all formats share.
#include "zipflens/corpus/corpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/base/temporary_folder.h"
#include "tests/corpus/documents.h"
#include "zipflens/base/interrupt.h"

namespace zipflens {
namespace {

TEST(Corpus, NumbersDocumentsOverAllFiles) {
  const TemporaryFolder folder;
  const std::string b = folder.Write("b.txt", "b0\nb1\n").string();
  const std::string a = folder.Write("a.txt", "a0\n").string();
  const auto documents = ReadAll({b, a});
  ASSERT_EQ(documents.size(), 3U);
  for (std::size_t i = 0; i < documents.size(); ++i) EXPECT_EQ(documents[i].index, i);
  EXPECT_EQ(documents[2].text, "a0");
  EXPECT_EQ(OpenCorpus({b, a}, {})->info().num_bytes, 9U);
}

TEST(Corpus, StopsWhenInterrupted) {
  const TemporaryFolder folder;
  const auto reader = OpenCorpus({folder.Write("a.txt", "a0\na1\n").string()}, {});
  reader->Next();
  StopFlag flag;
  const StopScope scope(&flag);
  flag.Request();
  EXPECT_THROW(reader->Next(), InterruptedError);
}

// Expected digests: printf abc | sha256sum, and sha256sum of the two digests, one per line.
TEST(CorpusSha256, OfOneFileIsThatFiles) {
  const TemporaryFolder folder;
  CorpusInfo info;
  info.files = {folder.Write("abc.txt", "abc")};
  EXPECT_EQ(CorpusSha256(info), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(CorpusSha256, OfSeveralIsThatOfTheirDigestsInOrder) {
  const TemporaryFolder folder;
  CorpusInfo info;
  info.files = {folder.Write("abc.txt", "abc"), folder.Write("empty.txt", "")};
  EXPECT_EQ(CorpusSha256(info), "ff481ce4c9482a1350469a8ff263915d6a478123e3a0c03f6eba5cb3e38a150f");
  std::swap(info.files[0], info.files[1]);
  EXPECT_EQ(CorpusSha256(info), "dd917d49f6b616234ee98677480fe40bb7fdf3f8225ce7d3fd6357d3bd69e9d1");
}

}  // namespace
}  // namespace zipflens
