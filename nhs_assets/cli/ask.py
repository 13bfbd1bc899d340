"""Commands that read the published tables, and say what there is to read."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from nhs_assets.cli.screen import Format, err, fail, out, print_frame, say, write_frame
from nhs_assets.settings import settings


def query(
    sql: Annotated[str, typer.Argument(help="One SELECT over the published tables.")],
    output: Annotated[Format, typer.Option("--format", "-f", help="How to write the rows.")] = Format.TABLE,
    limit: Annotated[int, typer.Option(help="Rows shown as a table; CSV and JSON are never cut.", min=1)] = 50,
    as_of: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Answer with what was known on that day, and nothing later."),
    ] = None,
) -> None:
    """Ask the published tables a question. Reads only: it cannot change, attach or open anything else.

    Examples:

    [bold]nhs-assets query "SELECT * FROM overspend.funding_gap"[/bold]

    [bold]nhs-assets query -f csv "SELECT fy, amount_gbp_m FROM settlement.plan WHERE line_id = 'dhsc_rdel'"[/bold]

    [bold]nhs-assets query --as-of 2025-11-13 "SELECT fy, line_id, amount_gbp_m FROM settlement.plan"[/bold]
    """
    import duckdb

    from nhs_assets.outputs.query import NotAQuestion, ask, ask_as_of
    from nhs_assets.store.as_of import NoAnswerAsOf

    notes: tuple[str, ...] = ()
    try:
        if as_of is None:
            frame = ask(settings().data_dir, sql)
        else:
            frame, notes = ask_as_of(settings().data_dir, sql, as_of.date())
    except (duckdb.Error, NotAQuestion, NoAnswerAsOf, LookupError) as error:
        fail(str(error))
    for note in notes:
        say(err, note)
    write_frame(frame, output, limit)


def question(
    wanted: Annotated[
        str | None, typer.Argument(help="Number or name of a question; without it, all are listed.")
    ] = None,
    output: Annotated[Format, typer.Option("--format", "-f", help="How to write the rows.")] = Format.TABLE,
    limit: Annotated[int, typer.Option(help="Rows shown as a table; CSV and JSON are never cut.", min=1)] = 50,
) -> None:
    """List the questions kept in docs/questions, or ask one of the published tables.

    Example: [bold]nhs-assets question 27[/bold]
    """
    import duckdb

    from nhs_assets.outputs.query import NotAQuestion, ask
    from nhs_assets.outputs.questions import find_question, find_questions

    if wanted is None:
        listed = Table("number", "name", "question")
        for one in find_questions():
            listed.add_row(f"{one.number:02d}", one.name, escape(one.question))
        out.print(listed)
        return
    try:
        asked = find_question(wanted)
        frame = ask(settings().data_dir, asked.sql)
    except (duckdb.Error, NotAQuestion, LookupError) as error:
        fail(str(error))
    if output is Format.TABLE:
        say(out, f"{asked.question}\n{asked.how_to_read}\n")
    write_frame(frame, output, limit)


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


def dictionary(
    target: Annotated[Path | None, typer.Argument(help="Write there instead of to the screen.")] = None,
) -> None:
    """Write the data dictionary from the contracts.

    Example: [bold]nhs-assets dictionary docs/data_dictionary.md[/bold]
    """
    from nhs_assets.outputs.dictionary import dictionary as written

    if target is None:
        sys.stdout.write(written())
    else:
        target.write_text(written(), encoding="utf-8")
