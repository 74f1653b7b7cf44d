#include "zipflens/corpus/corpus_name.h"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <vector>

#include "zipflens/base/error.h"

namespace zipflens {

CorpusName ParseCorpusName(const std::string& text) {
  const std::size_t slash = text.rfind('/');
  std::vector<std::size_t> colons;
  int depth = 0;
  for (std::size_t i = slash == std::string::npos ? 0 : slash + 1; i < text.size(); ++i) {
    if (text[i] == '[') ++depth;
    if (text[i] == ']') --depth;
    if (text[i] == ':' && depth == 0) colons.push_back(i);
  }
  if (colons.empty()) return {.place = text, .config = {}, .split = {}};
  CorpusName name;
  name.place = text.substr(0, colons.front());
  const bool has_config = colons.size() > 1;
  if (has_config) {
    name.config = text.substr(colons[0] + 1, colons[1] - colons[0] - 1);
  }
  if (colons.size() > 2 || name.place.empty() || (has_config && name.config.empty())) {
    throw InputError({.source = fmt::format("corpus \"{}\"", text),
                      .found = colons.size() > 2 ? "more than two colons" : "an empty part",
                      .expected = "PLACE, PLACE:SPLIT or PLACE:CONFIG:SPLIT, such as "
                                  "wikipedia:20231101.en:train[:1%]"});
  }
  name.split = SplitExpression::Parse(std::string_view(text).substr(colons.back() + 1));
  return name;
}

}  // namespace zipflens
