"""What the documents and the program say of statistics: no cause, and no evidence from a lack of it."""

import re

from tests.tools import source_rules

DOCUMENTS = ("README.md", "docs/statistics.md", "docs/outputs.md", "docs/analysis.md")
SPEAKING_FOLDERS = ("cli", "zipflens/analysis", "zipflens/study", "zipflens/report")

# A result that is not significant is no finding of equality.
NEVER = re.compile(r"\b(?:do(?:es)?|did) not differ\b|\bn[o']t differ(?:ent)? from\b|\bdiffers? from no\b")
# In a sentence about frequency or token types.
CAUSAL = re.compile(
    r"\b(?:shap(?:es|ed|ing)|affect(?:s|ed|ing)?|influenc(?:es?|ed|ing)|dr(?:ives?|iven|iving)|determin(?:es?|ed|ing)"
    r"|govern(?:s|ed|ing)?|causes|caused|causing|lead(?:s|ing)? to|because of|due to|effects? of|impacts?)\b",
    re.IGNORECASE,
)
ABOUT_FREQUENCY = re.compile(r"frequen|\btoken types?\b|\btypes\b", re.IGNORECASE)

LITERALS = re.compile(r'(?:"(?:\\.|[^"\\\n])*"\s*)+')
SENTENCE_END = re.compile(r"(?<=[.!?:;])[\s)\"*]+|\n\s*\n|\|")


def texts(path):
    """(line number, text) of what a file says: paragraphs of a document, string literals of a source."""
    content = path.read_text(encoding="utf-8")
    if path.suffix == ".md":
        return [(1, re.sub(r"```.*?```", lambda m: "\n" * m[0].count("\n"), content, flags=re.DOTALL))]
    code = re.sub(r"//[^\n]*", "", content)
    return [
        (code.count("\n", 0, match.start()) + 1, re.sub(r'"\s*"', "", match[0])[1:].rstrip().removesuffix('"'))
        for match in LITERALS.finditer(code)
    ]


def wording_violations(root):
    """Sentences that turn a relation into a cause, or a lack of significance into a finding."""
    paths = [root / name for name in DOCUMENTS if (root / name).is_file()]
    paths += source_rules.sources(root, SPEAKING_FOLDERS, {".h", ".cc"})
    violations = []
    for path in paths:
        for line, text in texts(path):
            place = 0
            for sentence in SENTENCE_END.split(text):
                at = text.index(sentence, place)
                place = at + len(sentence)
                words = " ".join(sentence.replace("\\n", " ").split())
                found = NEVER.search(words) or (ABOUT_FREQUENCY.search(words) and CAUSAL.search(words))
                if found:
                    number = line + text.count("\n", 0, at)
                    violations.append(f'{path.relative_to(root)}:{number}: "{found[0]}" in "{words}"')
    return violations
