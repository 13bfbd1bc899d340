"""Verifies claims against their documents, if someone has these: checksum, position, and the figure there."""

import hashlib
import re
from collections.abc import Callable, Mapping
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
