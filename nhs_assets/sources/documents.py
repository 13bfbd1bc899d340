"""Verifies claims against their documents, if someone has these: checksum, position, and the figure there."""

import calendar
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import polars as pl

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


_KINDS = {
    "£m": Kind.MONEY,
    "£m a year": Kind.MONEY,
    "%": Kind.PERCENT,
    "calendar year": Kind.YEAR,
    "financial year start": Kind.YEAR,
}
_YES_OR_NO = "yes = 1, no = 0"
_DENIAL = r"\b(?:not|never|no)\b(?:\s+\w+){0,2}\s+"
_SHOWN = 60

Row = Mapping[str, object]


class Status(StrEnum):
    """The result of verifying a claim."""

    VERIFIED = "verified"
    MISMATCH = "mismatch"
    NOT_HELD = "not held"


@dataclass(frozen=True)
class Finding:
    """One claim compared with its document; the subject is the file name if the document itself is wrong."""

    subject: str
    source_id: str
    status: Status
    how: str
    expected: str = ""
    found: str = ""


def verify(folder: Path, claims: pl.DataFrame, sources: pl.DataFrame, measures: pl.DataFrame) -> list[Finding]:
    """A finding for each claim, and one more for each document that is not the one that was read.

    The documents are files in ``folder``, named as in the source seed.
    """
    words = dict(measures.select("measure_id", "words").iter_rows())
    by_source = claims.sort("claim_id").partition_by("source_id", as_dict=True)
    found: list[Finding] = []
    for source in sources.sort("source_id").iter_rows(named=True):
        if (source["source_id"],) not in by_source:
            continue
        rows = by_source[(source["source_id"],)].iter_rows(named=True)
        path = folder / source["document"] if source["document"] else None
        if path is None or not path.is_file():
            missing = "no copy is held" if path is None else f"{path.name} is not in the folder"
            found += [_finding(row, Status.NOT_HELD, missing) for row in rows]
            continue
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        # Decoded from the bytes: reading as text would convert line ends and move every offset.
        text = content.decode("utf-8", errors="replace")
        actual = {"document_sha256": sha256, "document_characters": len(text)}
        for column, test in (("document_sha256", "checksum"), ("document_characters", "length in characters")):
            if source[column] != actual[column]:
                mismatch = (Status.MISMATCH, test, str(source[column]), str(actual[column]))
                found.append(Finding(path.name, source["source_id"], *mismatch))
        found += [_of_claim(row, sha256, text, words.get(row["measure_id"])) for row in rows]
    return found


def _of_claim(row: Row, sha256: str, text: str, words: str | None) -> Finding:
    if row["document_sha256"] != sha256:
        return _finding(row, Status.MISMATCH, "checksum", str(row["document_sha256"]), sha256)
    start, end = row["char_start"], row["char_end"]
    if start is None or end is None or not 0 <= start < end <= len(text):
        return _finding(row, Status.MISMATCH, "place", f"within {len(text)} characters", f"{start} to {end}")
    passage = " ".join(text[start:end].split())
    shown = f"nothing of the kind in '{passage[:_SHOWN]}{'…' if len(passage) > _SHOWN else ''}'"
    if row["unit"] == _YES_OR_NO or row["value_central"] == 0:
        return _by_words(row, passage, shown, words)
    return _by_figure(row, passage, shown)


def _by_words(row: Row, passage: str, shown: str, words: str | None) -> Finding:
    wanted = [word.strip() for word in (words or "").split(";") if word.strip()]
    present = [word for word in wanted if re.search(rf"\b{re.escape(word)}\b", passage, re.IGNORECASE)]
    expected = " or ".join(f"'{word}'" for word in wanted) or "words of the measure, which names none"
    if not present:
        return _finding(row, Status.MISMATCH, "words", expected, shown)
    denied = re.search(_DENIAL + rf"{re.escape(present[0])}\b", passage, re.IGNORECASE)
    if row["unit"] == _YES_OR_NO and bool(denied) == bool(row["value_central"]):
        claimed = "affirmed" if row["value_central"] else "denied"
        return _finding(row, Status.MISMATCH, "words", f"'{present[0]}' {claimed}", shown)
    return _finding(row, Status.VERIFIED, "words", expected, f"'{present[0]}'")


def _by_figure(row: Row, passage: str, shown: str) -> Finding:
    """Compares every value that the claim states with the figures in the passage."""
    present = figures(passage)
    missing, matched, written, kinds = [], [], [], []

    def compare(text: str, kind: Kind, holds: Callable[[Figure], bool]) -> None:
        kinds.append(kind)
        found = next((figure for figure in present if figure.kind is kind and holds(figure)), None)
        (missing if found is None else matched).append(text)
        written.append(found.written if found else "")

    if day := row["value_date"]:
        years = (None, day.year)
        compare(day.isoformat(), Kind.DATE, lambda figure: figure.value == day_of_year(day) and figure.year in years)
    kind = Kind.PLURAL if row["qualifier"] == "vague" else _KINDS.get(row["unit"], Kind.COUNT)
    for value in sorted({row["value_low"], row["value_central"], row["value_high"]} - {None}):
        compare(f"{value:g} {row['unit']}", kind, lambda figure, value=value: abs(figure.value - value) < 1e-6)
    if missing:
        seen = ", ".join(figure.written for figure in present) or shown
        return _finding(row, Status.MISMATCH, "figure", "; ".join(missing), seen)
    if not matched:
        return _finding(row, Status.MISMATCH, "figure", "a value", "the claim states none")
    return _finding(row, Status.VERIFIED, kinds[0].value, "; ".join(matched), ", ".join(dict.fromkeys(written)))


def _finding(row: Row, status: Status, how: str, expected: str = "", found: str = "") -> Finding:
    return Finding(str(row["claim_id"]), str(row["source_id"]), status, how, expected, found)
