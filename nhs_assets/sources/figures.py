"""Finds figures in text: amounts, counts, percentages, years, dates and plurals in place of a number."""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_MONTHS = [name.lower() for name in calendar.month_name[1:]]
_WORDS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"),
    *("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
_TIMES = {
    "hundred": 100,
    **dict.fromkeys(("thousand", "k"), 1_000),
    **dict.fromkeys(("million", "mn", "m"), 1_000_000),
    **dict.fromkeys(("billion", "bn"), 1_000_000_000),
}
_PLURALS = {"hundreds": 200, "thousands": 2_000, "millions": 2_000_000, "days": 2, "weeks": 2, "months": 2, "years": 2}
"""The least that a plural without a number means: two of what it names."""
_COMMON_YEAR = 2001
"""Decides when February ends if no year is written."""

_NUMBER = r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\d|,\d|\.\d)"
_MONTH = "|".join(_MONTHS)
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_FIGURE = re.compile(
    rf"""
    (?P<iso>(?<!\d)\d{{4}}-\d\d-\d\d(?!\d))
    | \bend\ of\ (?P<end_month>{_MONTH})\b(?:\ (?P<end_year>\d{{4}})\b)?
    | \b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\ (?P<month>{_MONTH})\b(?:\ (?P<year>\d{{4}})\b)?
    | \b(?P<us_month>{_MONTH})\ (?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d)(?:,?\ (?P<us_year>\d{{4}})\b)?
    | (?P<financial_year>(?<![\d,.])(?P<fy_from>20\d\d)[-–/](?P<fy_to>(?:20)?\d\d)(?![\d%]))
    | £\ ?(?P<money>{_NUMBER})(?:\ ?(?P<money_times>bn|billion|mn|million|m|thousand|k)\b)?
    | (?P<percent>{_NUMBER})\ ?(?:%|per\ ?cent\b)
    | (?P<half>\bhalf\b)
    | (?P<number_plural>{_NUMBER})['’]s\b
    | (?P<number>{_NUMBER})(?:\ (?P<number_times>hundred|thousand|million|billion)\b)?
    | \b(?P<word>{_WORD})\b(?:\ (?P<word_times>hundred|thousand|million|billion)\b)?
    | \b(?P<plural>{"|".join(_PLURALS)})\b
    """,
    re.IGNORECASE | re.VERBOSE,
)


class Kind(StrEnum):
    """The kind of a figure."""

    MONEY = "money"
    PERCENT = "percentage"
    COUNT = "number"
    YEAR = "year"
    DATE = "date"
    PLURAL = "plural"


@dataclass(frozen=True)
class Figure:
    """One figure in a text: its kind, value, characters, and the year of a date if it is written.

    The value is in £m for money, in points for a percentage, the first calendar year for a year, the least for a
    plural, and month times 100 plus day for a date.
    """

    kind: Kind
    value: float
    written: str
    year: int | None = None


def figures(text: str) -> list[Figure]:
    """The figures in a text, in order; line breaks count as spaces.

    A plural does not count right after a number: ``five days`` is five.
    """
    plain = " ".join(text.split())
    found: list[Figure] = []
    before = 0
    for match in _FIGURE.finditer(plain):
        counted = bool(found) and found[-1].kind is Kind.COUNT and plain[before : match.start()] in (" ", "-")
        figure = _figure(match)
        if figure is not None and not (figure.kind is Kind.PLURAL and match["plural"] and counted):
            found.append(figure)
        before = match.end()
    return found


def day_of_year(day: date) -> int:
    """A date without its year, as in ``Figure``."""
    return day.month * 100 + day.day


def _figure(match: re.Match[str]) -> Figure | None:
    part, written = match.groupdict(), match.group()
    if part["financial_year"]:
        first, last = int(part["fy_from"]), int(part["fy_to"])
        return Figure(Kind.YEAR, first, written) if (first + 1 - last) % 100 == 0 else None
    if part["money"]:
        return Figure(Kind.MONEY, _number(part["money"], part["money_times"]) / 1_000_000, written)
    if part["percent"] or part["half"]:
        return Figure(Kind.PERCENT, _number(part["percent"] or "50"), written)
    if part["number_plural"]:
        return Figure(Kind.PLURAL, _number(part["number_plural"]), written)
    if part["plural"]:
        return Figure(Kind.PLURAL, _PLURALS[part["plural"].lower()], written)
    if part["word"]:
        return Figure(Kind.COUNT, _number(str(_WORDS.index(part["word"].lower()) + 1), part["word_times"]), written)
    if part["number"] is None:
        return _date(part, written)
    if re.fullmatch(r"(19|20)\d\d", written):
        return Figure(Kind.YEAR, int(written), written)
    return Figure(Kind.COUNT, _number(part["number"], part["number_times"]), written)


def _date(part: dict[str, str | None], written: str) -> Figure | None:
    """A date in any of the ways to write one; None if there is no such day."""
    if part["iso"]:
        year, month, day = map(int, written.split("-"))
    else:
        year_written = part["end_year"] or part["year"] or part["us_year"]
        year = int(year_written) if year_written else None
        month = _MONTHS.index((part["end_month"] or part["month"] or part["us_month"]).lower()) + 1
        last = calendar.monthrange(year or _COMMON_YEAR, month)[1]
        day = last if part["end_month"] else int(part["day"] or part["us_day"])
    try:
        # A leap year if none is written, so that the last day of February is a date.
        found = date(year or 2000, month, day)
    except ValueError:
        return None
    return Figure(Kind.DATE, day_of_year(found), written, year)


def _number(digits: str, times: str | None = None) -> float:
    # Rounded at the scale of a penny in £bn: 1.1 times a billion is not whole in floating point.
    return round(float(digits.replace(",", "")) * (_TIMES[times.lower()] if times else 1), 6)
