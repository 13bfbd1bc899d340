"""A card as one page of HTML that needs nothing beside it, with its JSON-LD inside."""

import json
from html import escape

from nhs_assets.outputs.card_json_ld import json_ld
from nhs_assets.outputs.card_text import Card, Section, sections, title_of

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 62rem; padding: 0 1rem; color: #1d1d1b; }
h1 { font-size: 1.25rem; overflow-wrap: anywhere; } h2 { font-size: 1.05rem; margin: 1.75rem 0 .4rem; }
p { margin: .2rem 0; overflow-wrap: anywhere; white-space: pre-wrap; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { border-bottom: 1px solid #767676; padding: .3rem .5rem; text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
.lead { font-size: 1.5rem; font-weight: 600; } .wide { overflow-x: auto; }
"""


def card_page(card: Card) -> str:
    """The page; every text from the tables is escaped."""
    title = escape(title_of(card))
    # A closing tag inside the data would end the script element early.
    data = json.dumps(json_ld(card), ensure_ascii=False, indent=1).replace("<", "\\u003c").replace(">", "\\u003e")
    body = "\n".join(_section(section, place) for place, section in enumerate(sections(card)))
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n"
        f'<script type="application/ld+json">\n{data}\n</script>\n</head>\n'
        f"<body>\n<main>\n<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _section(section: Section, place: int) -> str:
    first, *rest = section.lines or ("",)
    lead = ' class="lead"' if place == 0 else ""
    lines = [f"<p{lead}>{escape(first)}</p>", *(f"<p>{escape(line)}</p>" for line in rest)] if section.lines else []
    return "\n".join([f"<section>\n<h2>{escape(section.title)}</h2>", *lines, *_table(section), "</section>"])


def _table(section: Section) -> list[str]:
    if not section.rows:
        return []
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in section.header)
    rows = ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in section.rows]
    return [
        f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n<tbody>',
        *rows,
        "</tbody>\n</table></div>",
    ]
