"""Commands that read the published tables and describe them."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from nhs_assets.cli.console import (
    Format,
    RowsFormat,
    TextFormat,
    err,
    fail,
    out,
    print_frame,
    reported_errors,
    say,
    write_frame,
    write_json,
)
from nhs_assets.settings import settings

if TYPE_CHECKING:
    import polars as pl

    from nhs_assets.outputs.query import Limits, Past


class FileFormat(StrEnum):
    """Formats of exported files."""

    CSV = "csv"
    PARQUET = "parquet"
    EXCEL = "excel"


SECONDS_OF_GRACE = 10
"""Given to a question that was stopped, before the command ends without an answer."""

OWN_BYTES = 1_000_000_000
"""Addresses that DuckDB and Polars reserve for their threads, most of it never filled."""

RowsShown = Annotated[
    int, typer.Option(help="Rows shown as a table; CSV and JSON are never cut.", min=1, max=1_000_000_000)
]

AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Use the facts known on that day, with today's method."),
]

_HAS_PROC = Path("/proc/self/statm").exists()


def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over the published tables.")],
    output: RowsFormat = Format.TABLE,
    limit: RowsShown = 50,
    as_of: AsOf = None,
) -> None:
    """Ask the published tables a question. Reads only: it cannot change, attach or open anything else.

    Examples:

    [bold]nhs-assets query "SELECT * FROM overspend.funding_gap"[/bold]

    [bold]nhs-assets query -f csv "SELECT fy, amount_gbp_m FROM settlement.plan WHERE line_id = 'dhsc_rdel'"[/bold]

    [bold]nhs-assets query --as-of 2025-11-13 "SELECT * FROM overspend.funding_gap"[/bold]
    """
    frame, _ = _answer(sql, as_of)
    write_frame(frame, output, limit)


def question(
    wanted: Annotated[
        str | None, typer.Argument(help="Number or name of a question; without it, all are listed.")
    ] = None,
    output: RowsFormat = Format.TABLE,
    limit: RowsShown = 50,
    as_of: AsOf = None,
) -> None:
    """List the questions in docs/questions, or ask one of the published tables: a sentence that answers it, then rows.

    Example: [bold]nhs-assets question 27[/bold]
    """
    from nhs_assets.outputs.answers import AnswerError
    from nhs_assets.outputs.explain import in_words
    from nhs_assets.outputs.questions import find_question, find_questions

    if wanted is None:
        listed = Table("number", "name", "question")
        for found in find_questions():
            listed.add_row(f"{found.number:02d}", found.name, escape(found.question))
        out.print(listed)
        return
    with reported_errors():
        asked = find_question(wanted)

    of_today = f"question {asked.number} is about what is published today: ask it without --as-of"
    frame, past = _answer(asked.sql, as_of, of_today)
    with reported_errors():
        frame = asked.with_sentences(frame, partial(in_words, settings().data_dir, past=past))
    if output is Format.CSV:
        write_frame(frame, output, limit)
        return
    try:
        answer = asked.sentence(frame)
    except AnswerError as error:
        fail(str(error))
    if output is Format.JSON:
        write_json(question=asked.question, answer=answer, how_to_read=asked.how_to_read, rows=frame)
        return
    say(out, f"{answer}\n")
    print_frame(frame, limit, title=escape(asked.question))
    say(out, f"\n{asked.how_to_read}")


def past_of(as_of: datetime | None) -> "Past | None":
    """The tables as of a day, if one is given."""
    from nhs_assets.outputs.query import find_past

    return find_past(settings(), as_of.date()) if as_of else None


def _answer(sql: str, as_of: datetime | None, of_today: str | None = None) -> "tuple[pl.DataFrame, Past | None]":
    """The rows of one SELECT, today or as of a day, and the tables of that day; prints the notes on it.

    ``of_today`` is said if only tables of today can answer it.
    """
    from nhs_assets.build.relation import TooManyRowsError
    from nhs_assets.outputs.query import InvalidQueryError, OnlyTodayError, TimeLimitError, ask

    with reported_errors():
        # Tables are built before the process is held to the limits of one question.
        past = past_of(as_of)
        try:
            with _within_limits() as limits:
                frame = ask(settings().data_dir, sql, limits, past)
        except (InvalidQueryError, TimeLimitError, TooManyRowsError) as error:
            fail(str(error))
        except OnlyTodayError as error:
            fail(of_today or str(error))
    for note in past.notes if past else ():
        say(err, note)
    return frame, past


@contextmanager
def _within_limits() -> "Iterator[Limits]":
    """Limits the memory and time of the process, where DuckDB's own limits do not reach.

    One value of a gigabyte passes by DuckDB's limit of memory, and cannot be interrupted while it is made.
    """
    import resource

    import duckdb

    from nhs_assets.outputs.query import Limits

    allowed = settings()
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if _HAS_PROC else None
    before = resource.getrlimit(resource.RLIMIT_AS)
    if mapped is not None:
        # The answer is in memory twice: in DuckDB and as rows.
        resource.setrlimit(resource.RLIMIT_AS, (mapped + 2 * allowed.duckdb_memory_bytes + OWN_BYTES, before[1]))
    last = threading.Timer(allowed.query_seconds + SECONDS_OF_GRACE, _give_up, [allowed.query_seconds])
    last.daemon = True
    last.start()
    try:
        yield Limits(allowed.query_seconds, allowed.query_rows)
    except (MemoryError, duckdb.OutOfMemoryException):
        fail(
            f"the answer does not fit into {allowed.duckdb_memory_limit}. Ask for fewer rows or shorter values; if it "
            "needs more, raise NHS_ASSETS_DUCKDB_MEMORY_LIMIT"
        )
    finally:
        last.cancel()
        resource.setrlimit(resource.RLIMIT_AS, before)


def _give_up(seconds: int) -> None:
    err.print(f"the question could not be stopped within {seconds} seconds, so the command ends here", style="red")
    os._exit(1)


def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write to; it is made if it is not there.", file_okay=False)],
    tables: Annotated[
        list[str], typer.Option("--tables", "-t", help="A table, or a pattern such as 'savings.*'; repeat for more.")
    ],
    formats: Annotated[list[FileFormat], typer.Option("--format", "-f", help="Repeat for several; csv if none.")] = (),
) -> None:
    """Write some of the published tables into a folder of your own, as CSV, Parquet or one Excel workbook.

    Examples:

    [bold]nhs-assets export my_folder --tables overspend.ledger[/bold]

    [bold]nhs-assets export my_folder -t 'settlement.*' -t 'savings.appraisal*' -f parquet -f excel[/bold]
    """
    from nhs_assets.outputs.exports.chosen import export as written
    from nhs_assets.outputs.exports.chosen import matching

    with reported_errors():
        chosen = matching(tables)
        folder.mkdir(parents=True, exist_ok=True)
        paths = [str(path) for path in written(settings(), folder, chosen, formats or [FileFormat.CSV])]
    for path in paths:
        say(out, path)
    say(err, f"{len(chosen)} tables in {len(paths)} files. Units and meanings: nhs-assets describe TABLE")


def tables(output: RowsFormat = Format.TABLE) -> None:
    """List the published tables with what they hold and how many rows.

    Example: [bold]nhs-assets tables[/bold]
    """
    from nhs_assets.outputs.query import published_tables

    with reported_errors("\nIf the published file is damaged, nhs-assets refresh publishes it again."):
        frame = published_tables(settings().data_dir)
    write_frame(frame, output, limit=len(frame))


def describe(
    table: Annotated[str, typer.Argument(help="A table, such as settlement.plan.")],
    output: Annotated[
        TextFormat, typer.Option("--format", "-f", help="How to write it; --json for short.")
    ] = TextFormat.TEXT,
) -> None:
    """Show a table's columns with unit and meaning, its sources and the checks that guard it.

    Example: [bold]nhs-assets describe settlement.real_terms[/bold]
    """
    import polars as pl

    from nhs_assets.contracts.registry import contract
    from nhs_assets.outputs.addresses import no_table
    from nhs_assets.outputs.explained import explained_snapshot

    try:
        described = contract(table)
    except KeyError:
        fail(no_table(table))
    if output is TextFormat.JSON:
        names = ("name", "duckdb_type", "unit", "nullable", "is_key", "description")
        rows = [{name: getattr(column, name) for name in names} for column in described.columns]
        write_json(table=described.name, description=described.description, columns=pl.DataFrame(rows))
        return
    out.print(f"[bold]{described.name}[/bold]  {described.description}\n")
    columns = Table("column", "type", "unit", "meaning")
    for column in described.columns:
        name = f"[bold]{column.name}[/bold]" if column.is_key else column.name
        kind = f"{column.duckdb_type}?" if column.nullable else column.duckdb_type
        columns.add_row(name, kind, column.unit, column.description)
    out.print(columns)
    out.print("[dim]Bold columns are the key; a question mark means the cell may be empty.[/dim]")
    try:
        with explained_snapshot(settings().data_dir) as explained:
            parts = {"Made from": explained.seeds_of_table(table), "Checks": explained.checks(table)}
    except LookupError as error:
        out.print(f"[dim]Sources and checks are shown once something is published: {error}[/dim]")
        return
    names = (("file", "publisher", "title", "licence"), ("check_name", "title", "severity", "passed"))
    for (title, rows), shown in zip(parts.items(), names, strict=True):
        print_frame(pl.DataFrame(rows, schema=shown, orient="row"), limit=1000, title=title)
