"""Headings, months and financial years as publishers write them."""

import re
from calendar import month_name
from datetime import date
from itertools import pairwise

_MONTHS = {name.casefold(): number for number, name in enumerate(month_name) if number}
_MONTH_AND_YEAR = re.compile(rf"\b({'|'.join(_MONTHS)})\s+(20\d\d)\b", re.IGNORECASE)
_FOOTNOTE = r"\s*,?\s*(?:\(\d{1,2}\)|\[\d{1,2}\]|\[[a-z]\]|[¹²³⁴-⁹]{1,2})"
_FY = re.compile(rf"((?:19|20)\d\d)\s*[-–/]\s*(\d\d)(?:{_FOOTNOTE})*")
"""A financial year, and footnotes behind it."""
_FOOTNOTES = re.compile(rf"(?:{_FOOTNOTE}|(?<=[a-z])\d{{1,2}})+$", re.IGNORECASE)
"""Footnotes behind words; a superscript digit may be stored as part of the last word."""
_LONGEST_LABEL = 200


def plain(text: str) -> str:
    """A heading in lower case with single spaces for all but letters, digits, £ and %: ``ORG_CODE`` as ``org code``."""
    return " ".join(re.sub(r"[^0-9a-z£%]+", " ", text.casefold()).split())


def without_footnotes(text: str) -> str:
    """A heading as :func:`plain` gives it, without the footnotes behind it; long texts are no labels and keep them."""
    text = text.strip()
    return plain(_FOOTNOTES.sub("", text) if len(text) <= _LONGEST_LABEL else text)


def financial_year(text: str) -> str | None:
    """A label with a financial year, with or without footnotes, as ``2025-26``; None for any other label."""
    # The pattern is slow on a megabyte of text.
    match = _FY.fullmatch(text.strip()) if len(text) <= _LONGEST_LABEL else None
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        return None
    return f"{match[1]}-{match[2]}"


def are_consecutive(years: list[str]) -> bool:
    """Whether each financial year follows the one before it."""
    return all(int(later[:4]) == int(earlier[:4]) + 1 for earlier, later in pairwise(years))


def months_named(text: str) -> list[date]:
    """The months named with their year in a text, each as its first day, without repeats."""
    return sorted({date(int(year), _MONTHS[name.casefold()], 1) for name, year in _MONTH_AND_YEAR.findall(text)})


def fy_has_ended(fy: str, published: date) -> bool:
    """Whether a financial year had ended in the month in which a figure for it was published."""
    return date(int(fy[:4]) + 1, 3, 31) < published
