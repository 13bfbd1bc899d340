"""Commands that read the published tables, and say what there is to read."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from nhs_assets.cli.console import Format, err, fail, out, print_frame, say, write_frame
from nhs_assets.settings import settings

if TYPE_CHECKING:
    import polars as pl

    from nhs_assets.outputs.as_of import Past
    from nhs_assets.outputs.query import Limits

SECONDS_OF_GRACE = 10
"""Given to a question that was stopped, before the command ends without an answer."""

OWN_BYTES = 1_000_000_000
"""Addresses that DuckDB and Polars set aside for their threads, most of it never filled."""

RowsShown = Annotated[
    int, typer.Option(help="Rows shown as a table; CSV and JSON are never cut.", min=1, max=1_000_000_000)
]

AsOf = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="Answer with what was known on that day, and nothing later."),
]

_HAS_PROC = Path("/proc/self/statm").exists()


def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over the published tables.")],
    output: Annotated[Format, typer.Option("--format", "-f", help="How to write the rows.")] = Format.TABLE,
    limit: RowsShown = 50,
    as_of: AsOf = None,
) -> None:
    """Ask the published tables a question. Reads only: it cannot change, attach or open anything else.

    Examples:

    [bold]nhs-assets query "SELECT * FROM overspend.funding_gap"[/bold]

    [bold]nhs-assets query -f csv "SELECT fy, amount_gbp_m FROM settlement.plan WHERE line_id = 'dhsc_rdel'"[/bold]

    [bold]nhs-assets query --as-of 2025-11-13 "SELECT fy, line_id, amount_gbp_m FROM settlement.plan"[/bold]
    """
    write_frame(_answer(sql, as_of), output, limit)


def question(
    wanted: Annotated[
        str | None, typer.Argument(help="Number or name of a question; without it, all are listed.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", "-f", help="How to write the rows.")] = Format.TABLE,
    limit: RowsShown = 50,
    as_of: AsOf = None,
) -> None:
    """List the questions kept in docs/questions, or ask one of the published tables.

    Example: [bold]nhs-assets question 27[/bold]
    """
    from nhs_assets.outputs.explain import in_words
    from nhs_assets.outputs.questions import find_question, find_questions

    if wanted is None:
        listed = Table("number", "name", "question")
        for one in find_questions():
            listed.add_row(f"{one.number:02d}", one.name, escape(one.question))
        out.print(listed)
        return
    try:
        asked = find_question(wanted)
    except LookupError as error:
        fail(str(error))

    def with_sentences(frame: "pl.DataFrame", past: "Past | None") -> "pl.DataFrame":
        return asked.with_sentences(frame, partial(in_words, settings().data_dir, past=past))

    frame = _answer(asked.sql, as_of, with_sentences)
    if output is Format.TABLE:
        say(out, f"{asked.question}\n{asked.how_to_read}\n")
    write_frame(frame, output, limit)


def _answer(
    sql: str,
    as_of: datetime | None,
    finish: "Callable[[pl.DataFrame, Past | None], pl.DataFrame]" = lambda frame, _: frame,
) -> "pl.DataFrame":
    """The rows that one SELECT gives, today or as of a day; what a reader must know of that day is told.

    Args:
        sql: the SELECT.
        as_of: the day; without it, today.
        finish: takes the rows and the tables they come from, and gives the rows that are shown.
    """
    import duckdb

    from nhs_assets.build.rebuild import RebuildError
    from nhs_assets.build.relation import TooManyRowsError
    from nhs_assets.outputs.as_of import find_past
    from nhs_assets.outputs.query import InvalidQueryError, TimeLimitError, ask, ask_as_of

    try:
        # Tables are built before the process is held to the limits of one question.
        past = find_past(settings(), as_of.date()) if as_of else None
        with _within_limits() as limits:
            frame = ask_as_of(past, sql, limits) if past else ask(settings().data_dir, sql, limits)
        frame = finish(frame, past)
    except (duckdb.Error, InvalidQueryError, LookupError, RebuildError, TimeLimitError, TooManyRowsError) as error:
        fail(str(error))
    for note in past.notes if past else ():
        say(err, note)
    return frame


@contextmanager
def _within_limits() -> "Iterator[Limits]":
    """Holds the process to what one question may take, for what DuckDB cannot be told.

    One value of a gigabyte passes by DuckDB's own limit of memory, and is not interrupted while it is made.
    """
    import resource

    import duckdb

    from nhs_assets.outputs.query import Limits

    allowed = settings()
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() if _HAS_PROC else None
    before = resource.getrlimit(resource.RLIMIT_AS)
    if mapped is not None:
        # The answer stands in memory twice: as DuckDB holds it and as rows.
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


def tables() -> None:
    """List the published tables with what they hold and how many rows.

    Example: [bold]nhs-assets tables[/bold]
    """
    import duckdb

    from nhs_assets.outputs.query import published_tables

    try:
        frame = published_tables(settings().data_dir)
    except (LookupError, duckdb.Error) as error:
        fail(f"{error}\nIf the published file is damaged, nhs-assets refresh publishes it again.")
    print_frame(frame, limit=len(frame))


def describe(table: Annotated[str, typer.Argument(help="A table, such as settlement.plan.")]) -> None:
    """Show a table's columns with unit and meaning, its sources and the checks that guard it.

    Example: [bold]nhs-assets describe settlement.real_terms[/bold]
    """
    from nhs_assets.contracts.registry import contract
    from nhs_assets.outputs.query import guards, sources

    try:
        described = contract(table)
    except KeyError as error:
        fail(error.args[0])
    out.print(f"[bold]{described.name}[/bold]  {described.description}\n")
    columns = Table("column", "type", "unit", "meaning")
    for column in described.columns:
        name = f"[bold]{column.name}[/bold]" if column.is_key else column.name
        columns.add_row(
            name, column.duckdb_type + ("" if not column.nullable else "?"), column.unit, column.description
        )
    out.print(columns)
    out.print("[dim]Bold columns are the key; a question mark means the cell may be empty.[/dim]")
    try:
        print_frame(sources(settings().data_dir, table), limit=1000, title="Made from")
        print_frame(guards(settings().data_dir, table), limit=1000, title="Checks")
    except LookupError as error:
        out.print(f"[dim]Sources and checks are shown once something is published: {error}[/dim]")
