// Reads the corpus in a file by every way that there is, and compares them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/fuzz_target.h"
#include "zipflens/base/utf8.h"
#include "zipflens/corpus/corpus.h"

namespace zipflens::fuzz {

/// What reading gave before the end or the error.
struct ReadDocuments {
  std::vector<std::string> texts;
  bool reached_end = false;
};

/// Reads with Next(). Checks that indices go up and that texts are UTF-8 of an allowed length.
inline ReadDocuments ReadByNext(const std::filesystem::path& path, const CorpusOptions& options) {
  ReadDocuments read;
  read.reached_end = Accepts([&] {
    const auto corpus = OpenCorpus({path.string()}, options);
    std::optional<std::uint64_t> last;
    while (const auto document = corpus->Next()) {
      FUZZ_REQUIRE(!last || document->index > *last);
      FUZZ_REQUIRE(FirstInvalidUtf8(document->text) == document->text.size());
      FUZZ_REQUIRE(FirstInvalidUtf8(document->title) == document->title.size());
      FUZZ_REQUIRE(options.invalid_utf8 == InvalidUtf8Text::kReplace ||
                   document->text.size() <= options.max_document_bytes);
      last = document->index;
      read.texts.push_back(document->text);
    }
    if (corpus->info().num_rows && !options.skip_bad_lines) {
      FUZZ_REQUIRE(read.texts.size() == *corpus->info().num_rows);
    }
  });
  return read;
}

/// Reads with NextRowRange(), and Next() where there is no range.
inline ReadDocuments ReadByRanges(const std::filesystem::path& path, const CorpusOptions& options) {
  ReadDocuments read;
  read.reached_end = Accepts([&] {
    const auto corpus = OpenCorpus({path.string()}, options);
    while (true) {
      if (const auto range = corpus->NextRowRange()) {
        for (std::string_view text; range->NextText(text);) read.texts.emplace_back(text);
      } else if (const auto document = corpus->Next()) {
        read.texts.push_back(document->text);
      } else {
        return;
      }
    }
  });
  return read;
}

/// Reads by both ways, and skips half of the documents. All must agree.
inline ReadDocuments ReadByAllWays(const std::filesystem::path& path,
                                   const CorpusOptions& options) {
  ReadDocuments read = ReadByNext(path, options);
  CorpusOptions without_titles = options;
  without_titles.title_column = "";
  const ReadDocuments untitled = ReadByNext(path, without_titles);
  const ReadDocuments by_ranges = ReadByRanges(path, without_titles);
  FUZZ_REQUIRE(by_ranges.texts == untitled.texts);
  FUZZ_REQUIRE(by_ranges.reached_end == untitled.reached_end);
  if (!read.reached_end || read.texts.empty()) return read;
  FUZZ_REQUIRE(untitled.texts == read.texts);
  const auto corpus = OpenCorpus({path.string()}, options);
  const std::uint64_t half = read.texts.size() / 2;
  const std::uint64_t skipped = corpus->Skip(half);
  if (options.skip_bad_lines) return read;  // bad lines are skipped as documents are
  FUZZ_REQUIRE(skipped == half);
  const auto document = corpus->Next();
  FUZZ_REQUIRE(document && document->text == read.texts[half]);
  return read;
}

}  // namespace zipflens::fuzz
