"""Rules of a claim that compare it with its document, measure and scope."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from nhs_assets.contracts.vocabulary import LONGEST_PASSAGE
from nhs_assets.ground.problems import Problem
from nhs_assets.sources.cells import LINE

SOURCE, MEASURE, SCOPE = "raw.source", "raw.measure", "raw.scope"
INPUT_TABLES = (SOURCE, MEASURE, SCOPE)
"""The tables that the rules need."""

_YEAR = re.compile(r"\b(20\d\d)[-/](\d\d)\b")
_YEARS_ALONE = re.compile(rf"(the financial years? )?{_YEAR.pattern}( to {_YEAR.pattern})?")
_LENGTH_OF_TIME = re.compile(r"\d+ (day|week|month|year)s?")


@dataclass(frozen=True)
class RowContext:
    """What a claim is compared with: the tables in ``INPUT_TABLES``, by name, and the last day that it may be dated."""

    tables: Mapping[str, pl.DataFrame]
    today: date


def broken_rows(file: str, rows: pl.DataFrame, context: RowContext) -> list[Problem]:
    """The problems of claims, with their ``source_line``, as compared with their documents, measures and scopes."""
    held = {"held_sha256": pl.col("document_sha256"), "held_characters": pl.col("document_characters")}
    documents = context.tables[SOURCE].select("source_id", "published_on", known_source=True, **held)
    measures = context.tables[MEASURE].select("measure_id", pl.col("unit").alias("measure_unit"), known_measure=True)
    scopes = context.tables[SCOPE].select("scope_id", known_scope=True)
    for frame, key in ((documents, "source_id"), (measures, "measure_id"), (scopes, "scope_id")):
        rows = rows.join(frame, on=key, how="left")
    problems = []
    for row in rows.sort(LINE).iter_rows(named=True):
        for column, rule, remedy in _of_row(row, context.today):
            value = None if row[column] is None else str(row[column])
            rule = f"{rule} for claim_id {row['claim_id']}"
            problems.append(Problem(file, rule, remedy, int(str(row[LINE])), column, value))
    return problems


def years_named(period: str) -> list[str]:
    """The financial years that a period names, such as ``2025-26``, in order; other spans of years do not count."""
    return sorted(f"{first}-{last}" for first, last in _YEAR.findall(period) if (int(first) + 1) % 100 == int(last))


def _of_row(row: Mapping[str, object], today: date) -> Iterator[tuple[str, str, str]]:
    """Column, rule and remedy of each problem of a claim."""
    length = row["held_characters"] or 0
    if not row["known_source"]:
        yield "source_id", "names no document of the source seed", "Add the document, or correct it."
    elif row["document_sha256"] != row["held_sha256"]:
        rule = f"must be the checksum of the held document, {row['held_sha256'] or 'empty: no document is held'},"
        yield "document_sha256", rule, "Read the claim again in the held document, then copy its checksum."
    elif row["char_end"] is not None and row["char_end"] > length:
        yield "char_end", f"is beyond the document's {length} characters", "Count the offsets again."
    elif row["char_end"] is not None and row["char_end"] - (row["char_start"] or 0) > LONGEST_PASSAGE:
        rule = f"makes a passage of more than {LONGEST_PASSAGE} characters"
        yield "char_end", rule, "Count the offsets again: they enclose only the words of the figure."
    if None not in (row["published_on"], row["known_from"]) and row["known_from"] < row["published_on"]:
        rule = f"is before the document was published, {row['published_on']},"
        yield "known_from", rule, "Correct the day, or that of publication in the source seed."
    if row["known_from"] is not None and row["known_from"] > today:
        remedy = "Correct the day; a claim of a future day is ingested by the first refresh on that day."
        yield "known_from", "is after today", remedy
    for column, rule in _of_period(row):
        yield column, rule, "Make the period and its years agree."
    if not row["known_scope"]:
        yield "scope_id", "names no scope of the scope seed", "Add the scope, or correct it."
    if not row["known_measure"]:
        yield "measure_id", "names no measure of the measure seed", "Add the measure, or correct it."
    elif row["unit"] != row["measure_unit"]:
        rule = f"must be the unit of its measure, {row['measure_unit']},"
        yield "unit", rule, "Convert the value to that unit, or choose another measure."


def _of_period(row: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Columns of years that contradict the words of the period, with the rule each breaks."""
    words = str(row["period"] or "")
    if row["value_date"] is not None and _LENGTH_OF_TIME.fullmatch(words):
        yield "period", "is a length of time, but the claim states a date,"
    elif named := years_named(words):
        # Words that are only years name both ends; others may name one, or a year in between.
        alone = _YEARS_ALONE.fullmatch(words) is not None
        first, last = row["period_from_fy"], row["period_to_fy"]
        if first is not None and (str(first) > named[0] or (alone and first != named[0])):
            yield "period_from_fy", f"disagrees with its period, which names {named[0]},"
        if last is not None and (str(last) < named[-1] or (alone and last != named[-1])):
            yield "period_to_fy", f"disagrees with its period, which names {named[-1]},"
