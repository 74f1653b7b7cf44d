#include "zipflens/base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <thread>

#include "tests/base/temporary_folder.h"
#include "zipflens/base/check.h"
#include "zipflens/base/interrupt.h"

namespace zipflens {
namespace {

std::string Sentence(const Problem& problem) { return InputError(problem).what(); }

TEST(InputError, SaysSourcePlaceFoundAndExpected) {
  EXPECT_EQ(Sentence({.source = "a.parquet",
                      .place = "row 17, column text",
                      .found = "null",
                      .expected = "text"}),
            "a.parquet: row 17, column text: found null; expected text");
}

TEST(InputError, LeavesEmptyPartsOut) {
  EXPECT_EQ(Sentence({.source = "config.json", .found = "nothing"}), "config.json: found nothing");
  EXPECT_EQ(Sentence({.source = "config.json", .expected = "a field"}),
            "config.json; expected a field");
  EXPECT_EQ(Sentence({.place = "byte 12", .found = "0xFF"}), "byte 12: found 0xFF");
  EXPECT_EQ(Sentence({.found = "x", .expected = "y"}), "found x; expected y");
  EXPECT_EQ(Sentence({}), "");
}

TEST(Error, EveryKindIsAnError) {
  EXPECT_THROW(throw InputError(Problem{.source = "a"}), Error);
  EXPECT_THROW(throw OutputError("a"), Error);
  EXPECT_THROW(throw UsageError("a"), Error);
  EXPECT_THROW(throw InterruptedError(), Error);
}

TEST(Error, ACallersBugIsNone) {
  const std::string message = MessageOf<CheckFailure>([] { ZIPFLENS_CHECK(1 + 1 == 3); });
  EXPECT_THAT(message, ::testing::HasSubstr("check failed: 1 + 1 == 3"));
  EXPECT_THAT(message, ::testing::HasSubstr("error_test.cc:"));
  EXPECT_FALSE((std::is_base_of_v<Error, CheckFailure>));
  EXPECT_NO_THROW(ZIPFLENS_CHECK(1 + 1 == 2));
}

TEST(ErrnoText, IsTheSystemsSentence) {
  EXPECT_EQ(ErrnoText(ENOENT), "No such file or directory");
  EXPECT_EQ(ErrnoText(ENOSPC), "No space left on device");
}

TEST(Interrupt, ThrowsUntilItIsCleared) {
  StopFlag flag;
  const StopScope scope(&flag);
  EXPECT_NO_THROW(ThrowIfInterrupted());
  flag.Request();
  EXPECT_THROW(ThrowIfInterrupted(), InterruptedError);
  EXPECT_THROW(ThrowIfInterrupted(), InterruptedError);
  flag.Clear();
  EXPECT_NO_THROW(ThrowIfInterrupted());
}

TEST(Interrupt, StopsOnlyTheWorkOfItsScope) {
  StopFlag outer;
  StopFlag inner;
  outer.Request();
  EXPECT_NO_THROW(ThrowIfInterrupted());
  const StopScope scope(&outer);
  {
    const StopScope nested(&inner);
    EXPECT_NO_THROW(ThrowIfInterrupted());
  }
  EXPECT_THROW(ThrowIfInterrupted(), InterruptedError);
  std::thread([] { EXPECT_NO_THROW(ThrowIfInterrupted()); }).join();
}

}  // namespace
}  // namespace zipflens
