"""Commands for publishers' files: list the inbox, add, withdraw, fetch."""

from pathlib import Path
from typing import Annotated

import typer

from nhs_assets.cli.console import (
    AnsweringGroup,
    Format,
    RowsFormat,
    err,
    fail,
    out,
    print_table,
    reported_errors,
    say,
    write_frame,
)
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import settings

app = typer.Typer(cls=AnsweringGroup, help="Publishers' files: list the inbox, add a file, withdraw one, or download.")


@app.callback(invoke_without_command=True)
def list_inbox(context: typer.Context, output: RowsFormat = Format.TABLE) -> None:
    """List the files in the inbox: how each is classified, and what the next refresh will do with it.

    Example: [bold]nhs-assets inbox[/bold]
    """
    if context.invoked_subcommand is not None:
        return
    import polars as pl

    from nhs_assets.ground.clock import MACHINE
    from nhs_assets.sources.inbox.ingestion import preview
    from nhs_assets.store.inbox import dropped_files, ignored_files, plain_name

    folder = settings().inbox
    try:
        found = preview(settings(), MACHINE)
    except BadInputError as error:
        fail(f"{error}\nThe inbox is blocked until this is corrected; nothing in it is lost.")
    rows = [
        (
            result.name,
            result.classification.format_id or "" if result.classification else "",
            result.outcome,
            result.message,
        )
        for result in found
    ]
    rows += [(plain_name(name), "", "ignored", reason) for name, reason in ignored_files(folder).items()]
    if output is not Format.TABLE:
        columns = ["file", "recognised_as", "next", "why"]
        write_frame(pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row"), output, len(rows))
        return
    if rows:
        print_table(("file", "recognised as", "next", "why"), rows)
    say(out, f"{len(dropped_files(folder))} files in {folder}. nhs-assets refresh ingests those that are ready.")


@app.command()
def add(
    files: Annotated[list[Path], typer.Argument(help="Files to copy into the inbox.", exists=True, dir_okay=False)],
) -> None:
    """Copy files and their notes into the inbox, and say what the next refresh will do with each.

    Example: [bold]nhs-assets inbox add ~/Downloads/absence.csv[/bold]
    """
    from nhs_assets.ground import files as store
    from nhs_assets.store.inbox import NOTE_ENDING, file_stat, plain_name

    folder, most = settings().inbox, settings().publisher_file_mb
    for file in files:
        stat = file_stat(file.resolve())
        if stat is None:
            fail(f"{file} is not a regular file")
        if stat.size > most * 1_000_000:
            fail(f"{file} is larger than {most} MB; to allow it, raise NHS_ASSETS_PUBLISHER_FILE_MB")
        target = folder / file.name.lstrip(".")
        if target.exists() and store.sha256(target) != store.sha256(file):
            fail(f"another file named {target.name} is waiting in {folder}; rename one of them")
        note = file.with_name(f"{file.name}{NOTE_ENDING}")
        if file_stat(note) and note not in files:
            store.copy(note, target.with_name(f"{target.name}{NOTE_ENDING}"))
        store.copy(file, target)
    from nhs_assets.ground.clock import MACHINE
    from nhs_assets.sources.inbox.ingestion import preview

    try:
        results = preview(settings(), MACHINE)
    except BadInputError as error:
        fail(f"{error}\nThe files are in the inbox, which is blocked until this is corrected.")
    for file in files:
        name = plain_name(file.name.lstrip("."))
        for result in results:
            if result.name == name or result.name.startswith(f"{name}--"):  # the file, or one of a release
                say(out, str(result))
    say(out, "Next: nhs-assets refresh")


@app.command()
def withdraw(
    sha256: Annotated[str, typer.Argument(help="Checksum of an accepted file, or its first characters (8 at least).")],
    reason: Annotated[str, typer.Argument(help="Why, for the record.")],
) -> None:
    """Withdraw an accepted file from the tables: it moves to quarantine with your reason.

    For an accepted file that blocks a refresh. Published figures are immutable: if the file's document has been
    published, the next refresh says which correction to record.

    Example: [bold]nhs-assets inbox withdraw 66a35ba9 "the publisher withdrew it"[/bold]
    """
    from nhs_assets.store import inbox

    with inbox.locked(settings().data_dir):
        found = [
            record
            for record in inbox.records(settings().data_dir)
            if record.sha256.startswith(sha256.lower()) and record.verdict is not inbox.Verdict.REFUSED
        ]
        if len(sha256) < 8 or len(found) != 1:
            fail(f"{sha256} matches {len(found)} archived files; raw.inbox_file lists them")
        if found[0].verdict is inbox.Verdict.OPENED:
            fail(f"{found[0].name} is a release without rows of its own; withdraw one of its files")
        folder = inbox.withdraw(settings().data_dir, found[0], reason)
    say(out, f"{found[0].name} is in {folder}. Next: nhs-assets refresh")


@app.command()
def fetch() -> None:
    """Download new files from the listed sources into the inbox, if fetching is on.

    Example: [bold]NHS_ASSETS_FETCH=true nhs-assets inbox fetch[/bold]
    """
    from nhs_assets.ground.clock import MACHINE
    from nhs_assets.sources.fetch.run import FetchOutcome, fetch_all
    from nhs_assets.sources.fetch.source_list import reason_not_to_fetch

    with reported_errors():
        reason = reason_not_to_fetch(settings())
        results = fetch_all(settings(), MACHINE)
    if reason:
        say(out, reason)
    for result in results:
        say(err if result.outcome is FetchOutcome.FAILED else out, str(result))
    if any(result.outcome is FetchOutcome.FAILED for result in results):
        raise typer.Exit(1)
