"""The same jobs and tables for people without the UI.

Dagster, DuckDB and Polars are imported only where a command needs them, so that `--help` answers at once.
"""

import atexit
import json
import logging
import os
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from nhs_assets.problems import BadInput
from nhs_assets.settings import settings

if TYPE_CHECKING:
    import polars as pl

    from nhs_assets.outputs.card_text import Card
    from nhs_assets.refresh import Refreshed

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="What the NHS redundancy deal really means: build, check, publish and query the tables.\n\n"
    "Start with [bold]nhs-assets refresh[/bold], then [bold]nhs-assets tables[/bold].",
)
scenario_app = typer.Typer(
    no_args_is_help=True, help="List the scenarios, or run one of your own beside them without publishing anything."
)
app.add_typer(scenario_app, name="scenario")
NARROWEST_COLUMN = 14
"""Below this many characters a column, rows are shown one under another."""

out = Console(width=None if sys.stdout.isatty() else 160)
err = Console(stderr=True)


class Format(StrEnum):
    """How query results are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@app.command()
def refresh() -> None:
    """Build and check every table from the seeds, then publish them.

    What was published before stays until every blocking check holds. Unchanged tables are taken over, not rebuilt.

    Example: [bold]nhs-assets refresh[/bold]
    """
    import gc

    from nhs_assets.refresh import refresh as run

    # The process ends with the refresh, and looking for garbage among Dagster's objects takes a tenth of its time.
    gc.disable()
    progress = _show_progress()
    try:
        result = run(on_start=progress.start)
    except BadInput as error:
        _fail(f"{error}\nNothing was built, and what was published before stays as it was.")
    _print_result(result)
    _leave(0 if result.succeeded else 1)


@app.command(context_settings={"ignore_unknown_options": True})  # a SELECT may start with a comment: "-- question: ..."
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
        _fail(str(error))
    for note in notes:
        _say(err, note)
    _write_frame(frame, output, limit)


@app.command()
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
        _fail(str(error))
    if output is Format.TABLE:
        _say(out, f"{asked.question}\n{asked.how_to_read}\n")
    _write_frame(frame, output, limit)


class CardFormat(StrEnum):
    """How a card is written."""

    TEXT = "text"
    JSON = "json"
    JSON_LD = "json-ld"
    HTML = "html"


@app.command()
def explain(
    figure: Annotated[str, typer.Argument(help="A figure, a claim such as C043, or a table to list its figures.")],
    output: Annotated[CardFormat, typer.Option("--format", "-f", help="How to write the card.")] = CardFormat.TEXT,
    limit: Annotated[int, typer.Option(help="Figures listed of a table.", min=1)] = 50,
) -> None:
    """Show where a figure comes from: formula, inputs down to the seeds, documents, claims, checks, and how sure it is.

    A figure is table/key/column. A table, or the beginning of a figure, lists those there are. A claim is a review.

    Examples:

    [bold]nhs-assets explain overspend.funding_gap[/bold]

    [bold]nhs-assets explain overspend.funding_gap/official_cost_against_reprofile/gap_low_gbp_m[/bold]

    [bold]nhs-assets explain C043 -f json-ld[/bold]
    """
    import duckdb

    from nhs_assets.outputs.explain import explain as explained

    try:
        found = explained(settings().data_dir, figure, limit)
    except (LookupError, duckdb.Error) as error:
        _fail(str(error))
    if isinstance(found, list):
        from nhs_assets.outputs.figure_card import plain

        if output is CardFormat.TEXT:
            for row in found:
                _say(out, f"{row['figure']}  {plain(row['value'])} {row['unit']}")
            err.print(f"{len(found)} figures; --limit shows more", style="dim", highlight=False)
        else:
            _fail("that is no single figure: without --format its figures are listed, and one can be chosen")
        return
    if output is CardFormat.TEXT:
        _print_card(found)
    elif output is CardFormat.HTML:
        from nhs_assets.outputs.card_page import card_page

        sys.stdout.write(card_page(found))
    else:
        from nhs_assets.outputs.card_json_ld import json_ld
        from nhs_assets.outputs.card_text import as_data

        data = json_ld(found) if output is CardFormat.JSON_LD else as_data(found)
        sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


@scenario_app.command("list")
def list_scenarios(
    output: Annotated[Format, typer.Option("--format", "-f", help="How to write the rows.")] = Format.TABLE,
) -> None:
    """List the published scenarios with cost, saving, net present value and payback.

    Seen from the department's budget, over the long horizon, at the real discount rate.

    Example: [bold]nhs-assets scenario list[/bold]
    """
    import duckdb

    from nhs_assets.outputs.scenarios import published_scenarios

    try:
        frame = published_scenarios(settings().data_dir)
    except (LookupError, duckdb.Error) as error:
        _fail(str(error))
    _write_frame(frame, output, limit=len(frame))


@scenario_app.command("run")
def run_scenario(
    file: Annotated[Path, typer.Argument(help="A scenario, as those in seeds/scenarios.", exists=True, dir_okay=False)],
    output: Annotated[
        Format, typer.Option("--format", "-f", help="CSV holds the years, JSON everything.")
    ] = Format.TABLE,
) -> None:
    """Run a scenario on the published inputs and show how it differs from the central case.

    Takes a second or two. Nothing is published, and no table changes.

    Example: [bold]nhs-assets scenario run seeds/scenarios/slip_6m.yml[/bold]
    """
    import duckdb

    from nhs_assets.outputs.scenarios import run_file

    try:
        run = run_file(settings(), file)
    except (BadInput, LookupError, duckdb.Error) as error:
        _fail(str(error))
    if output is Format.CSV:
        sys.stdout.write(run.years.write_csv())
    elif output is Format.JSON:
        parts = {"label": json.dumps(run.label, ensure_ascii=False), "accounting_basis": f'"{run.accounting_basis}"'}
        parts |= {"changes": _json_rows(run.changes), "worth": _json_rows(run.worth), "years": _json_rows(run.years)}
        sys.stdout.write("{" + ", ".join(f'"{name}": {text}' for name, text in parts.items()) + "}\n")
    else:
        _say(out, f"{run.label}\n{run.rationale}\n")
        if len(run.changes):
            _print_frame(run.changes, len(run.changes), title="Set otherwise than in the central case")
        _print_frame(run.worth, len(run.worth), title=f"Department's budget, {run.accounting_basis}")
        _print_frame(run.years, len(run.years), title="Year by year, £m")


@app.command()
def diff(
    old: Annotated[
        str | None, typer.Argument(help="A published version, a vintage or a day; else the version before.")
    ] = None,
    new: Annotated[str | None, typer.Argument(help="The same; else the version that is shown.")] = None,
    output: Annotated[Format, typer.Option("--format", "-f", help="CSV and JSON hold every figure.")] = Format.TABLE,
) -> None:
    """Show which conclusions moved between two publications or two vintages, what explains it, and every revision.

    A version is named as in data/published/versions, or by its number. A vintage or a day stands for what today's code
    and parameters conclude from the plans, deflators and claims known by then.

    Examples:

    [bold]nhs-assets diff[/bold]

    [bold]nhs-assets diff 1 3[/bold]

    [bold]nhs-assets diff sr_2025_06 obr_2026_03[/bold]
    """
    import duckdb

    from nhs_assets.outputs.diff import NoSuchSide, as_lines
    from nhs_assets.outputs.diff import diff as compared

    steps = _Steps()
    try:
        with err.status("comparing") as status:
            steps.show = status.update
            found = compared(settings(), old, new, steps)
    except (NoSuchSide, LookupError, duckdb.Error) as error:
        _fail(str(error))
    if output is Format.CSV:
        sys.stdout.write(found.revisions.write_csv())
    elif output is Format.JSON:
        sys.stdout.write(_as_json(old=found.old, new=found.new, conclusions=found.moves, revisions=found.revisions))
    else:
        for line in as_lines(found):
            _say(out, line)


@app.command()
def tables() -> None:
    """List the published tables with what they hold and how many rows.

    Example: [bold]nhs-assets tables[/bold]
    """
    import duckdb

    from nhs_assets.outputs.query import published_tables

    try:
        frame = published_tables(settings().data_dir)
    except (LookupError, duckdb.Error) as error:
        _fail(f"{error}\nIf the published file is damaged, nhs-assets refresh publishes it again.")
    _print_frame(frame, limit=len(frame))


@app.command()
def describe(table: Annotated[str, typer.Argument(help="A table, such as settlement.plan.")]) -> None:
    """Show a table's columns with unit and meaning, its sources and the checks that guard it.

    Example: [bold]nhs-assets describe settlement.real_terms[/bold]
    """
    from nhs_assets.contracts.registry import contract
    from nhs_assets.outputs.query import guards, sources

    try:
        described = contract(table)
    except KeyError as error:
        _fail(error.args[0])
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
        _print_frame(sources(settings().data_dir, table), limit=1000, title="Made from")
        _print_frame(guards(settings().data_dir, table), limit=1000, title="Checks")
    except LookupError as error:
        out.print(f"[dim]Sources and checks are shown once something is published: {error}[/dim]")


@app.command()
def seal(
    files: Annotated[
        list[Path], typer.Argument(help="Seed files whose changes are meant.", exists=True, dir_okay=False)
    ],
) -> None:
    """Vouch for a changed seed: write its checksum and row count into its origin file.

    Every row is held against its contract first. Look at the change before you seal it: [bold]git diff seeds[/bold].
    A claim that breaks a rule of its own is named here, and set aside when the tables are built; the others go on.

    Example: [bold]nhs-assets seal seeds/funding/settlement_plan.csv[/bold]
    """
    from nhs_assets.sources.seeds import find_seeds, read_beside, refused_rows, seal

    try:
        known = {seed.path.resolve(): seed for seed in find_seeds(settings().seeds_dir)}
        for file in files:
            if file.resolve() not in known:
                _fail(f"{file} is not a seed; seeds are the CSV files in {settings().seeds_dir}")
            seed = known[file.resolve()]
            origin = seal(seed)
            out.print(f"sealed {file}: {origin.rows} rows, sha256 {origin.sha256[:12]}…")
            for refused in refused_rows(seed, read_beside(seed, tuple(known.values()))):
                _say(err, f"will be set aside: {refused}")
    except BadInput as error:
        _fail(str(error))


@app.command()
def verify_claims(
    folder: Annotated[
        Path, typer.Argument(help="Holds documents under the names of evidence.source.", exists=True, file_okay=False)
    ],
) -> None:
    """Hold every claim against its document: checksum, place, and the figure in those characters.

    The documents are not part of the project. Those in the folder are opened; the others are listed as not held.
    A yes or no, and "nothing", have no figure: for them the passage must hold a word that the measure names. A plural
    such as "thousands" counts as two of them. Ends with 1 if any claim does not match.

    Example: [bold]nhs-assets verify-claims ~/documents[/bold]
    """
    from nhs_assets.sources.documents import Status, verify
    from nhs_assets.sources.seeds import find_seeds, read_beside, read_seed

    try:
        seeds = find_seeds(settings().seeds_dir)
        claim = next(seed for seed in seeds if seed.contract.name == "raw.claim")
        beside = read_beside(claim, seeds)
        found = verify(folder, read_seed(claim, None, beside), beside["raw.source"], beside["raw.measure"])
    except BadInput as error:
        _fail(str(error))
    shown = Table("claim", "document", "verified by", "expected", Column("found", overflow="fold"))
    for one in found:
        if one.status is Status.VERIFIED:
            shown.add_row(one.subject, one.source_id, one.how, escape(one.expected), escape(one.found))
    if shown.row_count:
        out.print(shown)
    absent = {one.source_id: one.how for one in found if one.status is Status.NOT_HELD}
    for source_id, why in absent.items():
        claims = [one.subject for one in found if one.source_id == source_id]
        _say(out, f"not held: {source_id} ({why}): {', '.join(claims)}")
    mismatches = [one for one in found if one.status is Status.MISMATCH]
    for one in mismatches:
        _say(err, f"mismatch: {one.subject} in {one.source_id}, {one.how}: expected {one.expected}; found {one.found}")
    counts = {status: sum(one.status is status for one in found) for status in Status}
    _say(
        out,
        f"{counts[Status.VERIFIED]} claims verified, {counts[Status.MISMATCH]} mismatches, "
        f"{counts[Status.NOT_HELD]} claims in {len(absent)} documents that are not held",
    )
    if mismatches:
        raise typer.Exit(1)


@app.command()
def ui(port: Annotated[int, typer.Option(help="Port on this machine.", min=1, max=65535)] = 3000) -> None:
    """Open Dagster's UI with its daemon, on this machine only, with the history that refresh writes.

    Example: [bold]nhs-assets ui --port 3000[/bold]
    """
    import socket

    from nhs_assets.dagster_home import use_dagster_home
    from nhs_assets.settings import PROJECT_ROOT

    with socket.socket() as probe:
        # Dagster would go on without its page, and its daemon would work against whoever has the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            _fail(f"port {port} is taken, perhaps by another nhs-assets ui. Choose another: nhs-assets ui --port 3001")
    use_dagster_home(settings())
    out.print(f"Dagster will answer on http://127.0.0.1:{port} (stop with Ctrl-C)")
    dagster = str(Path(sys.executable).with_name("dagster"))
    workspace = str(PROJECT_ROOT / "workspace.yaml")
    os.execv(dagster, [dagster, "dev", "-w", workspace, "-h", "127.0.0.1", "-p", str(port)])


@app.command()
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


class _Steps:
    """Says what is being done, and how often, so that long work is seen to go on."""

    def __init__(self) -> None:
        self.count = 0
        self.show = print

    def __call__(self, what: str) -> None:
        self.count += 1
        self.show(f"{what} (step {self.count})")


class _Progress(logging.Handler):
    """Prints a line for each table as it is done."""

    def __init__(self) -> None:
        super().__init__()
        self.done = 0
        self.total = 0

    def start(self, total: int) -> None:
        self.total = total
        err.print(f"Refreshing {total} tables")

    def emit(self, record: logging.LogRecord) -> None:
        self.done += 1
        how = "unchanged" if record.reused else f"{record.seconds * 1000:.0f} ms"
        place = f"{self.done:>3}/{self.total}"
        line = f"[dim]{place}[/dim] {record.getMessage():<40} {record.rows:>8,} rows  [dim]{how}[/dim]"
        err.print(line, highlight=False)


def _show_progress() -> _Progress:
    handler = _Progress()
    logger = logging.getLogger("nhs_assets.progress")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return handler


def _print_result(result: "Refreshed") -> None:
    from nhs_assets.outputs.summary import headlines
    from nhs_assets.store.snapshot import database_path, open_snapshot

    data_dir = settings().data_dir
    if not result.succeeded:
        err.print(f"\n[bold red]The refresh failed[/bold red] (run {result.run_id})", highlight=False)
        for step, message in result.errors:
            err.print(f"\n{step.replace('__', '.')}", style="bold", highlight=False)
            _say(err, message)
        for description in result.checks_failed:
            _say(err, f"\n{description}")
        _say(err, f"\nA record of it: {data_dir / 'failures' / (result.run_id + '.md')}")
        err.print("What was published before stays as it was.")
        return
    with open_snapshot(data_dir) as snapshot:
        shown = Table("figure", "answer", "table", show_lines=True)
        for headline in headlines(snapshot):
            shown.add_row(headline.question, headline.answer, headline.table)
    out.print(shown)
    with open_snapshot(data_dir) as snapshot:
        moves = snapshot.sql("SELECT message FROM audit.alert ORDER BY alert_id").fetchall() if result.is_new else []
    for (message,) in moves:
        out.print("moved", style="yellow", end=" ")
        _say(out, f"{message}\n")
    for warning in result.checks_warned:
        out.print("look at", style="yellow", end=" ")
        _say(out, f"{warning}\n")
    count = f"{result.checks_passed} checks hold, {len(result.checks_warned)} ask for a look, none failed"
    state = "published" if result.is_new else "unchanged, so nothing new was published:"
    _say(out, f"{count}. Version {result.version} {state} {database_path(data_dir)}")
    if result.is_new:
        _say(out, f"Compared with {result.compared_with}: {result.revisions} figures differ (nhs-assets diff)")
    _say(out, 'Next: nhs-assets tables, or nhs-assets query "SELECT * FROM overspend.funding_gap"')


def _write_frame(frame: "pl.DataFrame", output: Format, limit: int) -> None:
    if output is Format.CSV:
        sys.stdout.write(frame.write_csv())
    elif output is Format.JSON:
        sys.stdout.write(_json_rows(frame) + "\n")
    else:
        _print_frame(frame, limit)


def _json_rows(frame: "pl.DataFrame") -> str:
    """Rows as JSON objects."""
    import polars.selectors as cs

    # Polars writes exact decimals as text; readers of JSON expect numbers, and £m fits a double to the penny.
    return frame.with_columns(cs.decimal().cast(float)).write_json()


def _as_json(*, old: str, new: str, conclusions: "pl.DataFrame", revisions: "pl.DataFrame") -> str:
    parts = {"from": json.dumps(old), "to": json.dumps(new)}
    parts |= {"conclusions": _json_rows(conclusions), "revisions": _json_rows(revisions)}
    return "{" + ", ".join(f'"{name}": {text}' for name, text in parts.items()) + "}\n"


def _print_frame(frame: "pl.DataFrame", limit: int, title: str | None = None) -> None:
    """Rows as a table; one row under another where they are too wide to stand side by side."""
    rows = [["" if cell is None else str(cell) for cell in row] for row in frame.head(limit).iter_rows()]
    if len(frame.columns) * NARROWEST_COLUMN <= out.width:
        shown = Table(*(Column(name, overflow="fold") for name in frame.columns), title=title)
        for row in rows:
            shown.add_row(*map(escape, row))
    else:
        shown = Table("column", Column("value", overflow="fold"), title=title)
        for row in rows:
            for name, cell in zip(frame.columns, row, strict=True):
                shown.add_row(name, escape(cell))
            shown.add_section()
    out.print(shown)
    err.print(f"{len(rows)} of {len(frame)} rows", style="dim", highlight=False)
    if len(frame) > limit:
        err.print("--limit shows more, --format csv shows all", style="dim")


def _print_card(card: "Card") -> None:
    from nhs_assets.outputs.card_text import sections, title_of

    _say(out, title_of(card))
    for section in sections(card):
        out.print(f"\n[bold]{escape(section.title)}[/bold]")
        for line in section.lines:
            _say(out, line)
        if section.rows:
            shown = Table(*(Column(name, overflow="fold") for name in section.header))
            for row in section.rows:
                shown.add_row(*map(escape, row))
            out.print(shown)


def _say(console: Console, text: str) -> None:
    """Prints text as it is: paths and rows must stay whole to be copied, and data must not be read as markup."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _leave(code: int) -> None:
    """Ends the process once what must happen at exit has: taking Dagster's objects apart one by one takes most of a
    second, for nothing.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    atexit._run_exitfuncs()
    os._exit(code)


def _fail(message: str) -> None:
    err.print(message, style="red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def main() -> None:
    """Runs the command line; a setting that makes no sense is told before any command."""
    try:
        settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "NHS_ASSETS_" + "_".join(str(part) for part in problem["loc"]).upper()
            _say(err, f"{name} is {problem['input']!r}: {problem['msg']}. Correct or unset the variable.")
        sys.exit(1)
    app()


if __name__ == "__main__":
    main()
