"""Verifies claims against their documents, if someone has these: checksum, position, and the figure there."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import polars as pl

from nhs_assets.sources.figures import Figure, Kind, day_of_year, figures

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
    """One claim compared with its document.

    Attributes:
        subject: identifier of the claim, or the file name if the document itself is wrong.
        source_id: the document.
        status: the result.
        how: what verified it, or which test it failed.
        expected: what the claim says.
        found: what the document says.
    """

    subject: str
    source_id: str
    status: Status
    how: str
    expected: str = ""
    found: str = ""


def verify(folder: Path, claims: pl.DataFrame, sources: pl.DataFrame, measures: pl.DataFrame) -> list[Finding]:
    """Compares every claim with its document.

    Args:
        folder: the documents, named as in the source seed.
        claims: rows of ``raw.claim``.
        sources: rows of ``raw.source``.
        measures: rows of ``raw.measure``.

    Returns:
        A finding for each claim, and one more for each document that is not the one that was read.
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
        for test, expected, actual in (
            ("checksum", source["document_sha256"], sha256),
            ("length in characters", source["document_characters"], len(text)),
        ):
            if expected != actual:
                mismatch = (Status.MISMATCH, test, str(expected), str(actual))
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
    present, expected = figures(passage), list(_expected(row))
    matched = [
        (text, next((figure for figure in present if figure.kind is kind and matches(figure)), None))
        for text, kind, matches in expected
    ]
    missing = [text for text, figure in matched if figure is None]
    if missing:
        seen = ", ".join(figure.written for figure in present) or shown
        return _finding(row, Status.MISMATCH, "figure", "; ".join(missing), seen)
    if not matched:
        return _finding(row, Status.MISMATCH, "figure", "a value", "the claim states none")
    written = ", ".join(dict.fromkeys(figure.written for _, figure in matched))
    return _finding(row, Status.VERIFIED, expected[0][1].value, "; ".join(text for text, _ in matched), written)


def _expected(row: Row) -> Iterator[tuple[str, Kind, Callable[[Figure], bool]]]:
    """For each value that the claim states, its text, its kind and the test of a figure in the passage."""
    day = row["value_date"]
    if day is not None:
        same_year = (None, day.year)
        yield (
            day.isoformat(),
            Kind.DATE,
            lambda figure: figure.value == day_of_year(day) and figure.year in same_year,
        )
    kind = Kind.PLURAL if row["qualifier"] == "vague" else _KINDS.get(row["unit"], Kind.COUNT)
    for value in sorted({row["value_low"], row["value_central"], row["value_high"]} - {None}):
        yield f"{value:g} {row['unit']}", kind, lambda figure, value=value: abs(figure.value - value) < 1e-6


def _finding(row: Row, status: Status, how: str, expected: str = "", found: str = "") -> Finding:
    return Finding(str(row["claim_id"]), str(row["source_id"]), status, how, expected, found)
