// Descriptions of a study and its parts for the terminal, as the notebook prints them, and as JSON.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "zipflens/study/run_study.h"

namespace zipflens::cli {

/// Files, rows and columns of a corpus, and one record. Long values are cut.
std::string CorpusText(const CorpusInfo& info,
                       const std::vector<std::pair<std::string, std::string>>& record);

/// The number of layers and heads, their sizes, and the modules of a layer's attention.
std::string ModelText(const ModelConfig& config);

/// How many documents and tokens were counted, the number of tokens in the first document, and the
/// `num_top` most frequent tokens.
std::string CountsText(const CorpusPass& pass, const Tokenizer& tokenizer, std::size_t num_top);

/// Tables of r by layer: those of parts 4 and 6, and beside each r over token types. If the study's
/// frequencies come from other counts, the same tables for the corpus's own counts follow; if the
/// study has a null hypothesis, those under it.
std::string CorrelationsText(const Study& result);

/// The folder, the main counts, the correlations over all sequences, and the warnings, for scripts.
nlohmann::ordered_json StudyJson(const Study& result, const std::filesystem::path& folder);

}  // namespace zipflens::cli
