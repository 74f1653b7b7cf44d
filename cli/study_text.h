// A study told in words, as the notebook tells it.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "zipflens/study/run_study.h"

namespace zipflens::cli {

/// Rows and columns of a corpus and one record; long values are cut.
std::string CorpusText(const CorpusInfo& info,
                       const std::vector<std::pair<std::string, std::string>>& record);

/// L, H, E, d and the structure of a layer's attention.
std::string ModelText(const ModelConfig& config);

/// Documents and tokens counted, the token count of one text, the most frequent tokens.
std::string CountsText(const CorpusPass& pass, const Tokenizer& tokenizer, std::size_t num_top);

/// r by layer for parts 4 and 6, and beside each what one point a token type says; likewise by the
/// corpus's own counts where the study rests on others, and under the null hypothesis.
std::string CorrelationsText(const Study& result);

/// Everything above that a script would want, with the folder.
nlohmann::ordered_json StudyJson(const Study& result, const std::filesystem::path& folder);

}  // namespace zipflens::cli
