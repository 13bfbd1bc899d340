"""The same jobs and tables for people without the UI, one module for each family of commands.

Dagster, DuckDB and Polars are imported only where a command needs them, so that `--help` answers at once.
"""

import sys

import typer
from pydantic import ValidationError

from nhs_assets.cli import ask, build, inbox, inputs, scenario, why
from nhs_assets.cli.screen import err, say
from nhs_assets.settings import settings

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
app.add_typer(scenario.app, name="scenario")
app.command()(ask.tables)
app.command()(ask.describe)
app.add_typer(inbox.app, name="inbox")
app.command()(inputs.seal)
app.command()(inputs.verify_claims)
app.command()(build.ui)
app.command()(ask.dictionary)


def main() -> None:
    """Runs the command line; a setting that makes no sense is told before any command."""
    try:
        settings()
    except ValidationError as error:
        for problem in error.errors():
            name = "NHS_ASSETS_" + "_".join(str(part) for part in problem["loc"]).upper()
            say(err, f"{name} is {problem['input']!r}: {problem['msg']}. Correct or unset the variable.")
        sys.exit(1)
    app()
