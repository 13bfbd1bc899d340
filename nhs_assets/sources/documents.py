"""Claims held against the documents, where someone has them: checksum, place, and the figure in that place."""

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


class Status(StrEnum):
    """What came of holding a claim against its document."""

    VERIFIED = "verified"
    MISMATCH = "mismatch"
    NOT_HELD = "not held"


@dataclass(frozen=True)
class Finding:
    """One claim against its document.

    Attributes:
        subject: identifier of the claim, or the file name where the document itself is wrong.
        source_id: the document.
        status: what came of it.
        how: what vouched for it, or which test it failed.
        expected: what the claim says should stand there.
        found: what stands there.
    """

    subject: str
    source_id: str
    status: Status
    how: str
    expected: str
    found: str


def verify(folder: Path, claims: pl.DataFrame, sources: pl.DataFrame, measures: pl.DataFrame) -> list[Finding]:
    """Holds every claim against its document.

    Args:
        folder: holds the documents under the file names of the source seed.
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
        of_source = by_source.get((source["source_id"],))
        if of_source is None:
            continue
        rows = list(of_source.iter_rows(named=True))
        path = folder / source["document"] if source["document"] else None
        if path is None or not path.is_file():
            missing = "no copy is held" if path is None else f"{path.name} is not in the folder"
            found += [_finding(row, Status.NOT_HELD, missing) for row in rows]
        else:
            found += _of_document(path, source, rows, words)
    return found


def _of_document(
    path: Path, source: Mapping[str, object], rows: list[dict], words: Mapping[str, str | None]
) -> Iterator[Finding]:
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    # Decoded as it is: reading as text would turn line ends into one another and move every offset.
    text = content.decode("utf-8", errors="replace")
    whole = {
        "checksum": (source["document_sha256"], sha256),
        "length in characters": (source["document_characters"], len(text)),
    }
    for test, (expected, actual) in whole.items():
        if expected != actual:
            yield Finding(path.name, str(source["source_id"]), Status.MISMATCH, test, str(expected), str(actual))
    for row in rows:
        yield _of_claim(row, sha256, text, words.get(row["measure_id"]))


def _of_claim(row: Mapping[str, object], sha256: str, text: str, words: str | None) -> Finding:
    if row["document_sha256"] != sha256:
        return _finding(row, Status.MISMATCH, "checksum", str(row["document_sha256"]), sha256)
    start, end = row["char_start"], row["char_end"]
    if start is None or end is None or not 0 <= start < end <= len(text):
        return _finding(row, Status.MISMATCH, "place", f"within {len(text)} characters", f"{start} to {end}")
    passage = text[start:end]
    if row["unit"] == _YES_OR_NO or row["value_central"] == 0:
        return _by_words(row, passage, words)
    return _by_figure(row, passage)


def _by_words(row: Mapping[str, object], passage: str, words: str | None) -> Finding:
    wanted = [word.strip() for word in (words or "").split(";") if word.strip()]
    plain = " ".join(passage.split())
    standing = [word for word in wanted if re.search(rf"\b{re.escape(word)}\b", plain, re.IGNORECASE)]
    expected = " or ".join(f"'{word}'" for word in wanted) or "words of the measure, which names none"
    if not standing:
        return _finding(row, Status.MISMATCH, "words", expected, _shown(passage))
    denied = re.search(_DENIAL + rf"{re.escape(standing[0])}\b", plain, re.IGNORECASE)
    if row["unit"] == _YES_OR_NO and bool(denied) == bool(row["value_central"]):
        asked = "affirmed" if row["value_central"] else "denied"
        return _finding(row, Status.MISMATCH, "words", f"'{standing[0]}' {asked}", _shown(passage))
    return _finding(row, Status.VERIFIED, "words", expected, f"'{standing[0]}'")


def _by_figure(row: Mapping[str, object], passage: str) -> Finding:
    standing = figures(passage)
    missing: list[str] = []
    matched: list[Figure] = []
    for expected, kind, matches in _expected(row):
        figure = next((one for one in standing if one.kind is kind and matches(one)), None)
        if figure is None:
            missing.append(expected)
        else:
            matched.append(figure)
    if missing:
        seen = ", ".join(figure.written for figure in standing) or _shown(passage)
        return _finding(row, Status.MISMATCH, "figure", "; ".join(missing), seen)
    written = ", ".join(dict.fromkeys(figure.written for figure in matched))
    if not matched:
        return _finding(row, Status.MISMATCH, "figure", "a value", "the claim states none")
    expected = "; ".join(text for text, _, _ in _expected(row))
    return _finding(row, Status.VERIFIED, matched[0].kind.value, expected, written)


def _expected(row: Mapping[str, object]) -> Iterator[tuple[str, Kind, Callable[[Figure], bool]]]:
    """What must stand in the passage: for each value its text, its kind and the test of a figure."""
    day = row["value_date"]
    if day is not None:
        yield (
            day.isoformat(),
            Kind.DATE,
            lambda figure: figure.value == day_of_year(day) and figure.year in (None, day.year),
        )
    kind = Kind.PLURAL if row["qualifier"] == "vague" else _KINDS.get(row["unit"], Kind.COUNT)
    for value in _values(row):
        yield f"{value:g} {row['unit']}", kind, lambda figure, value=value: abs(figure.value - value) < 1e-6


def _values(row: Mapping[str, object]) -> list[float]:
    """The distinct values that a claim states."""
    stated = [row[name] for name in ("value_low", "value_central", "value_high")]
    return sorted({value for value in stated if value is not None})


def _finding(row: Mapping[str, object], status: Status, how: str, expected: str = "", found: str = "") -> Finding:
    return Finding(str(row["claim_id"]), str(row["source_id"]), status, how, expected, found)


def _shown(passage: str) -> str:
    plain = " ".join(passage.split())
    return f"nothing of the kind in '{plain[:_SHOWN]}{'…' if len(plain) > _SHOWN else ''}'"
