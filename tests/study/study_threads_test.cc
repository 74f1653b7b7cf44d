// A study on several threads. The thread sanitizer runs this over everything that a study does.
#include <gtest/gtest.h>

#include <filesystem>

#include "fuzz/small_study.h"
#include "tests/base/temporary_folder.h"

namespace zipflens {
namespace {

TEST(StudyThreads, TablesAreTheSameBytesForAnyNumberOfThreads) {
  const TemporaryFolder folder;
  fuzz::MakeSmallStudy(folder / "one", 1);
  fuzz::MakeSmallStudy(folder / "four", 4);
  int num_tables = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder / "one")) {
    if (entry.path().extension() != ".parquet") continue;
    const auto name = entry.path().lexically_relative(folder / "one");
    EXPECT_EQ(ReadBack(entry.path()), ReadBack((folder / "four") / name)) << name;
    ++num_tables;
  }
  EXPECT_GE(num_tables, 18);  // of the study and of its null study
}

}  // namespace
}  // namespace zipflens
