"""The command line: one module per family of commands.

Dagster, DuckDB and Polars are imported inside the commands that need them, so that ``--help`` is fast.
"""

import hashlib
import os
import sys
import traceback
from io import TextIOWrapper

import typer
from pydantic import ValidationError

from nhs_assets.cli import build, docs, doctor, explain, inbox, query, report, scenario, seeds, versions
from nhs_assets.cli.console import Answering, err, say
from nhs_assets.settings import SettingsError, refuse_unusable_home, settings

SHOWN = 80
SHOWN_CAUSE = 300
"""Characters of an argument or cause repeated in a message."""

SECRET = ("NHS_ASSETS_ALERT_URLS",)
"""Variables whose values are never printed."""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="What the NHS redundancy deal really means: build, check, publish and query the tables.\n\n"
    "Start with [bold]nhs-assets refresh[/bold], then [bold]nhs-assets report[/bold].",
)
# The order in which --help lists them.
app.command()(build.refresh)
app.command(cls=Answering)(report.report)
app.command(cls=Answering, context_settings={"ignore_unknown_options": True})(
    query.query
)  # a SELECT may start with "-- question: ..."
app.command(cls=Answering)(query.question)
app.command(cls=Answering)(explain.explain)
app.command(cls=Answering)(explain.diff)
app.command()(query.export)
app.command(cls=Answering)(versions.snapshots)
app.command()(versions.rollback)
app.add_typer(scenario.app, name="scenario")
app.command(cls=Answering)(query.tables)
app.command(cls=Answering)(query.describe)
app.add_typer(inbox.app, name="inbox")
app.command()(seeds.seal)
app.command()(seeds.correct)
app.command()(seeds.verify_claims)
app.command()(build.ui)
app.command(cls=Answering)(doctor.doctor)
app.command()(docs.docs)


def main() -> None:
    """Runs the command line; invalid settings are reported first.

    Operating system errors and internal errors exit with 1 and one line; the stack trace goes to a file.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A message may repeat an argument that is not valid UTF-8.
            stream.reconfigure(errors="backslashreplace")
    try:
        settings()
        refuse_unusable_home(os.environ)
    except SettingsError as error:
        say(err, str(error))
        sys.exit(1)
    except ValidationError as error:
        for problem in error.errors():
            name = "NHS_ASSETS_" + "_".join(str(part) for part in problem["loc"]).upper()
            value = "set to an invalid value" if name in SECRET else repr(problem["input"])
            say(err, f"{name} is {value}: {problem['msg']}. Correct or unset the variable.")
        sys.exit(1)
    unusable = next((argument for argument in sys.argv[1:] if _is_unusable(argument)), None)
    if unusable is not None:
        say(err, f"an argument is not valid UTF-8: {unusable[:SHOWN]!a}. Type it again.")
        sys.exit(2)
    try:
        app()
    except OSError as error:
        say(err, f"{_described(error)}. The published version is unchanged. See docs/runbook.md.")
        sys.exit(1)
    except Exception as error:
        say(err, f"internal error: {type(error).__name__}. {_logged(error)}")
        sys.exit(1)


def _is_unusable(argument: str) -> bool:
    return "\0" in argument or any("\ud800" <= character <= "\udfff" for character in argument)


def _described(error: OSError) -> str:
    place = f": {error.filename}" if error.filename else ""
    return f"{error.strerror or error}{place}"


def _logged(error: Exception) -> str:
    """Writes the stack trace to the failures folder and says where."""
    from nhs_assets.ground import files

    stack = "".join(traceback.format_exception(error))
    path = settings().data_dir / "failures" / f"command-{hashlib.sha256(stack.encode()).hexdigest()[:12]}.txt"
    try:
        files.write_text(path, stack)
    except OSError as unwritten:
        cause = str(error).partition("\n")[0][:SHOWN_CAUSE]
        return f"{cause}. Could not write the details: {_described(unwritten)}. Run nhs-assets doctor"
    return f"The published version is unchanged. Details for a bug report: {path}"
