"""Headings, months and financial years as publishers write them."""

import re
from calendar import month_name
from datetime import date
from itertools import pairwise

_MONTHS = {name.casefold(): number for number, name in enumerate(month_name) if number}
_MONTH_AND_YEAR = re.compile(rf"\b({'|'.join(_MONTHS)})\s+(20\d\d)\b", re.IGNORECASE)
_FY = re.compile(r"((?:19|20)\d\d)\s*[-–/]\s*(\d\d)")
_FOOTNOTES = re.compile(r"(\s*,?\s*(\(\d{1,2}\)|\[\d{1,2}\]|\[[a-z]\]))+$")

LONGEST_LABEL = 200
"""Characters of a label, with its footnotes."""


def plain(text: str) -> str:
    """A heading in lower case with one space for all that is no letter or digit: ``ORG_CODE`` as ``org code``."""
    return " ".join(re.sub(r"[^0-9a-z£%]+", " ", text.casefold()).split())


def without_footnotes(text: str) -> str:
    """A label without the numbers of footnotes behind it: ``2025-26 (1), (2)`` as ``2025-26``."""
    # Looking for them in a text of a megabyte would take hours; a label is short.
    return text if len(text) > LONGEST_LABEL else _FOOTNOTES.sub("", text.strip()).strip()


def financial_year(text: str) -> str | None:
    """The financial year that a label is, written ``2025-26``; None where it is none."""
    match = _FY.fullmatch(without_footnotes(text))
    if match is None or (int(match[1]) + 1) % 100 != int(match[2]):
        return None
    return f"{match[1]}-{match[2]}"


def following_years(years: list[str]) -> bool:
    """Whether each financial year follows the one before it."""
    starts = [int(year[:4]) for year in years]
    return all(later == earlier + 1 for earlier, later in pairwise(starts))


def months_named(text: str) -> list[date]:
    """The months that a text names with their year, each as its first day, without repeats."""
    found = [date(int(year), _MONTHS[name.casefold()], 1) for name, year in _MONTH_AND_YEAR.findall(text)]
    return sorted(set(found))


def fy_has_ended(fy: str, published: date) -> bool:
    """Whether a financial year was over in the month in which a figure for it was published."""
    return date(int(fy[:4]) + 1, 3, 31) < published
