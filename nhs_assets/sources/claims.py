"""Rules of a claim that need the documents, measures and scopes beside it: each names the row it breaks on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from nhs_assets.contracts.vocabulary import LONGEST_PASSAGE
from nhs_assets.ground.problems import Problem
from nhs_assets.sources.cells import LINE

SOURCE, MEASURE, SCOPE = "raw.source", "raw.measure", "raw.scope"
BESIDE = (SOURCE, MEASURE, SCOPE)
"""Tables that the rules need."""

_YEAR = re.compile(r"\b(20\d\d)[-/](\d\d)\b")
_YEARS_ALONE = re.compile(rf"(the financial years? )?{_YEAR.pattern}( to {_YEAR.pattern})?")
_LENGTH_OF_TIME = re.compile(r"\d+ (day|week|month|year)s?")


@dataclass(frozen=True)
class RowContext:
    """What a claim is held against.

    Attributes:
        tables: the documents, the measures and the scopes, by table.
        today: the day after which no claim may be dated.
    """

    tables: Mapping[str, pl.DataFrame]
    today: date


def broken_rows(file: str, rows: pl.DataFrame, context: RowContext) -> list[Problem]:
    """What is wrong with claims as set against their document, their measure and their scope.

    Args:
        file: name to use in problems.
        rows: claims as their contract types them, with the line of each in the column ``source_line``.
        context: what they are held against.
    """
    documents = context.tables[SOURCE].select(
        "source_id",
        pl.col("document_sha256").alias("held_sha256"),
        pl.col("document_characters").alias("held_characters"),
        "published_on",
        known_source=True,
    )
    measures = context.tables[MEASURE].select("measure_id", pl.col("unit").alias("measure_unit"), known_measure=True)
    scopes = context.tables[SCOPE].select("scope_id", known_scope=True)
    joined = (
        rows.join(documents, on="source_id", how="left")
        .join(measures, on="measure_id", how="left")
        .join(scopes, on="scope_id", how="left")
    )
    return [problem for row in joined.sort(LINE).iter_rows(named=True) for problem in _of_row(file, row, context.today)]


def years_named(period: str) -> list[str]:
    """The financial years that a period names, written ``2025-26``, in order; other spans of years are none."""
    return sorted(f"{first}-{last}" for first, last in _YEAR.findall(period) if (int(first) + 1) % 100 == int(last))


def _of_row(file: str, row: Mapping[str, object], today: date) -> list[Problem]:
    def problem(column: str, rule: str, remedy: str) -> Problem:
        value = None if row[column] is None else str(row[column])
        return Problem(file, f"{rule} for claim_id {row['claim_id']}", remedy, int(str(row[LINE])), column, value)

    found = []
    if not row["known_source"]:
        found.append(problem("source_id", "names no document of the source seed", "Add the document, or correct it."))
    elif row["document_sha256"] != row["held_sha256"]:
        expected = row["held_sha256"] or "empty, since no document is held"
        found.append(
            problem(
                "document_sha256",
                f"must be the checksum of the held document, {expected},",
                "Read the claim again in the document that is held, then copy its checksum.",
            )
        )
    elif row["char_end"] is not None and row["char_end"] > (row["held_characters"] or 0):
        length = row["held_characters"] or 0
        found.append(problem("char_end", f"lies beyond the document's {length} characters", "Count the offsets again."))
    elif row["char_end"] is not None and row["char_end"] - (row["char_start"] or 0) > LONGEST_PASSAGE:
        rule = f"makes a passage of more than {LONGEST_PASSAGE} characters"
        found.append(
            problem("char_end", rule, "Count the offsets again, so that they hold the words of the figure alone.")
        )
    if None not in (row["published_on"], row["known_from"]) and row["known_from"] < row["published_on"]:
        rule = f"lies before the document was published, {row['published_on']},"
        found.append(problem("known_from", rule, "Correct the day, or that of publication in the source seed."))
    if row["known_from"] is not None and row["known_from"] > today:
        remedy = "Correct the day; what is still to be said is taken by the first refresh once it has been."
        found.append(problem("known_from", "lies after today", remedy))
    found += [problem(column, rule, "Make the period and its years agree.") for column, rule in _of_period(row)]
    if not row["known_scope"]:
        found.append(problem("scope_id", "names no scope of the scope seed", "Add the scope, or correct it."))
    if not row["known_measure"]:
        found.append(problem("measure_id", "names no measure of the measure seed", "Add the measure, or correct it."))
    elif row["unit"] != row["measure_unit"]:
        rule = f"must be the unit of its measure, {row['measure_unit']},"
        found.append(problem("unit", rule, "Turn the value into that unit, or choose the measure it is of."))
    return found


def _of_period(row: Mapping[str, object]) -> list[tuple[str, str]]:
    """Columns of years that cannot be what the words of the period say, with the rule each breaks."""
    words = str(row["period"] or "")
    if row["value_date"] is not None and _LENGTH_OF_TIME.fullmatch(words):
        return [("period", "is a length of time, which a date has not,")]
    named = years_named(words)
    if not named:
        return []
    # Words that are years and nothing else name both ends; others may name one, or a year in between.
    alone = _YEARS_ALONE.fullmatch(words) is not None
    first, last = row["period_from_fy"], row["period_to_fy"]
    found = []
    if first is not None and (str(first) > named[0] or (alone and first != named[0])):
        found.append(("period_from_fy", f"disagrees with its period, which names {named[0]},"))
    if last is not None and (str(last) < named[-1] or (alone and last != named[-1])):
        found.append(("period_to_fy", f"disagrees with its period, which names {named[-1]},"))
    return found
