"""The same jobs and tables for people without the UI, one module for each family of commands.

Dagster, DuckDB and Polars are imported only where a command needs them, so that `--help` answers at once.
"""

import hashlib
import sys
import traceback
from io import TextIOWrapper

import typer
from pydantic import ValidationError

from nhs_assets.cli import ask, build, doctor, inbox, inputs, scenario, versions, why
from nhs_assets.cli.screen import err, say
from nhs_assets.settings import settings

SHOWN = 80
SHOWN_CAUSE = 300
"""Characters of an argument that a message repeats."""

SECRET = ("NHS_ASSETS_ALERT_URLS",)
"""Variables whose value is never shown."""

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    help="What the NHS redundancy deal really means: build, check, publish and query the tables.\n\n"
    "Start with [bold]nhs-assets refresh[/bold], then [bold]nhs-assets tables[/bold].",
)
# The order in which --help lists them.
app.command()(build.refresh)
app.command(context_settings={"ignore_unknown_options": True})(ask.query)  # a SELECT may start with "-- question: ..."
app.command()(ask.question)
app.command()(why.explain)
app.command()(why.diff)
app.command()(versions.snapshots)
app.command()(versions.rollback)
app.add_typer(scenario.app, name="scenario")
app.command()(ask.tables)
app.command()(ask.describe)
app.add_typer(inbox.app, name="inbox")
app.command()(inputs.seal)
app.command()(inputs.verify_claims)
app.command()(build.ui)
app.command()(doctor.doctor)
app.command()(ask.dictionary)


def main() -> None:
    """Runs the command line; a setting that makes no sense is told before any command.

    An argument that no command can use, or a fault of the machine or of ours, ends with 1 and one line in place of a
    stack, which is kept in a file.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # An argument may hold bytes that are no text, and a message repeats it.
            stream.reconfigure(errors="backslashreplace")
    try:
        settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "NHS_ASSETS_" + "_".join(str(part) for part in problem["loc"]).upper()
            told = "what it is" if name in SECRET else repr(problem["input"])
            say(err, f"{name} is {told}: {problem['msg']}. Correct or unset the variable.")
        sys.exit(1)
    unusable = next((one for one in sys.argv[1:] if _is_unusable(one)), None)
    if unusable is not None:
        say(err, f"an argument holds bytes that are no text: {unusable[:SHOWN]!a}. Type it again.")
        sys.exit(2)
    try:
        app()
    except OSError as error:
        say(err, f"{_told(error)}. What was published stays as it was. docs/runbook.md says what to do.")
        sys.exit(1)
    except Exception as error:
        say(err, f"nhs-assets met a fault of its own: {type(error).__name__}. {_kept(error)}")
        sys.exit(1)


def _is_unusable(argument: str) -> bool:
    return "\0" in argument or any("\ud800" <= one <= "\udfff" for one in argument)


def _told(error: OSError) -> str:
    place = f": {error.filename}" if error.filename else ""
    return f"the machine says: {error.strerror or error}{place}"


def _kept(error: Exception) -> str:
    """Keeps the stack where the failures are, and says where."""
    from nhs_assets.ground import files

    stack = "".join(traceback.format_exception(error))
    path = settings().data_dir / "failures" / f"command-{hashlib.sha256(stack.encode()).hexdigest()[:12]}.txt"
    try:
        files.write_text(path, stack)
    except OSError as unwritten:
        cause = str(error).partition("\n")[0][:SHOWN_CAUSE]
        return (
            f"{cause}. The details could not be written: {_told(unwritten)}. nhs-assets doctor looks at disk and rights"
        )
    return f"What was published stays as it was. The details, for whoever mends it: {path}"
