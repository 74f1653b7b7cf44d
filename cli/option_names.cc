#include "cli/option_names.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace zipflens::cli {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 30> kFlags = {
    {{"allow_fewer", "--allow-fewer"},
     {"checkpoint", "--checkpoint"},
     {"corpus", "--corpus"},
     {"corpus_revision", "--corpus-revision"},
     {"counts_corpus", "--counts-corpus"},
     {"counts_file", "--counts"},
     {"counts_split", "--counts-split"},
     {"format", "--format"},
     {"invalid_utf8", "--invalid-utf8"},
     {"layers", "--layers"},
     {"model", "--model"},
     {"null_kind", "--null"},
     {"num_bins", "--bins"},
     {"num_null_draws", "--null-draws"},
     {"num_permutations", "--permutations"},
     {"num_resamples", "--resamples"},
     {"num_sequences", "--sequences"},
     {"num_threads", "--threads"},
     {"offline", "--offline"},
     {"out", "--out"},
     {"precision", "--precision"},
     {"profile_layer", "--profile-layer"},
     {"replace", "--force"},
     {"revision", "--revision"},
     {"scatter_layer", "--scatter-layer"},
     {"sequence_length", "--sequence-length"},
     {"skip_positions", "--skip-positions"},
     {"smoothing", "--smoothing"},
     {"table_bytes", "--memory"},
     {"target_tokens", "--target-tokens"}}};

}  // namespace

std::string WithFlags(const std::string& message) {
  constexpr std::string_view kEquals = " = ";
  std::string text;
  std::string_view rest = message;
  while (true) {
    const std::size_t open = rest.find('`');
    const std::size_t close =
        open == std::string_view::npos ? std::string_view::npos : rest.find('`', open + 1);
    if (close == std::string_view::npos) return text + std::string(rest);
    const std::string_view field = rest.substr(open + 1, close - open - 1);
    const auto* const flag = std::find_if(kFlags.begin(), kFlags.end(),
                                          [&](const auto& known) { return known.first == field; });
    if (flag == kFlags.end()) {  // the closing backtick may open the next field
      text += rest.substr(0, close);
      rest.remove_prefix(close);
      continue;
    }
    text += rest.substr(0, open);
    text += flag->second;
    rest.remove_prefix(close + 1);
    if (rest.starts_with(kEquals)) {
      text += ' ';
      rest.remove_prefix(kEquals.size());
    }
  }
}

}  // namespace zipflens::cli
