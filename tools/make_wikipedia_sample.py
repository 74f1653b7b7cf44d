#!/usr/bin/env python3
"""Turns a Wikipedia dump (.xml.bz2) into Parquet as `wikimedia/wikipedia` has it: id, url, title, text.

Articles only: namespace 0, no redirects. The text is the article's wikitext without references, tables,
templates, files with their captions, category links and links to other languages; headings and the texts
of links stay. The same dump and the pinned packages give the same bytes every time.
"""

import argparse
import bz2
import contextlib
import os
import re
import sys
import urllib.parse
import xml.etree.ElementTree as ElementTree

import mwparserfromhell
import pyarrow
import pyarrow.parquet

ROWS_PER_GROUP = 32
SCHEMA = pyarrow.schema([(name, pyarrow.string()) for name in ("id", "url", "title", "text")])
DROPPED_LINK = re.compile(r"\s*(?::?(?i:File|Image|Media|Category)\s*|[a-z]{2,3}(?:-[a-z-]+)?):")
DROPPED_TAGS = {"ref", "table"}
MAGIC_WORD = re.compile(r"__[A-Z]+__")
BOLD_OR_ITALIC = re.compile(r"'{2,}")


def articles(dump_path):
    """Yields (id, title, wikitext) of each article of the dump, in its order."""
    with bz2.open(dump_path) as dump:
        for _, page in ElementTree.iterparse(dump):
            if page.tag.rpartition("}")[2] != "page":
                continue
            wikitext = page.findtext("{*}revision/{*}text")
            is_article = page.findtext("{*}ns") == "0" and page.find("{*}redirect") is None
            if is_article and wikitext:
                yield page.findtext("{*}id"), page.findtext("{*}title"), wikitext
            page.clear()


def is_dropped(node):
    if isinstance(node, mwparserfromhell.nodes.Wikilink):
        return bool(DROPPED_LINK.match(str(node.title)))
    if isinstance(node, mwparserfromhell.nodes.Tag):
        return str(node.tag).strip().lower() in DROPPED_TAGS
    return False


def plain_text(wikitext):
    """The article's text: its sections without markup, a blank line between two.

    Quotation marks for bold and italic go first: one left open hides what follows from the parser.
    """
    page = mwparserfromhell.parse(BOLD_OR_ITALIC.sub("", wikitext))
    sections = []
    for section in page.get_sections(flat=True, include_lead=True):
        for node in section.filter(matches=is_dropped):
            with contextlib.suppress(ValueError):  # went with the node that held it
                section.remove(node)
        sections.append(MAGIC_WORD.sub("", section.strip_code().strip()))
    return "\n\n".join(section for section in sections if section)


def row(article_id, title, wikitext):
    return {
        "id": article_id,
        "url": "https://en.wikipedia.org/wiki/" + urllib.parse.quote(title),
        "title": title,
        "text": plain_text(wikitext),
    }


def write_parquet(rows, path):
    """Writes every option that decides a byte; a half-written file never has the final name."""
    partial = f"{path}.partial"
    pyarrow.parquet.write_table(
        pyarrow.Table.from_pylist(rows, schema=SCHEMA),
        partial,
        version="2.6",
        data_page_version="1.0",
        row_group_size=ROWS_PER_GROUP,
        use_dictionary=False,
        write_statistics=True,
        compression="zstd",
        compression_level=9,
    )
    os.replace(partial, path)


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("dump", help="pages-articles dump, .xml.bz2")
    parser.add_argument("parquet", help="the file to write")
    arguments = parser.parse_args()
    rows = [row(*article) for article in articles(arguments.dump)]
    rows = [row for row in rows if row["text"]]
    write_parquet(rows, arguments.parquet)
    print(f"{len(rows)} articles", file=sys.stderr)


if __name__ == "__main__":
    main()
