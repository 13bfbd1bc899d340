"""The command that opens the report."""

import json
import sys
import webbrowser
from typing import Annotated

import typer

from nhs_assets.cli.console import TextFormat, err, out, reported_errors, say
from nhs_assets.settings import settings


def report(
    output: Annotated[
        TextFormat, typer.Option("--format", "-f", help="As JSON it says where it is, and opens nothing.")
    ] = TextFormat.TEXT,
) -> None:
    """Open the report of the current version, and print where it is.

    Examples:

    [bold]nhs-assets report[/bold]

    [bold]nhs-assets report --json[/bold]
    """
    from nhs_assets.outputs.report.written import written_report

    with reported_errors():
        written = written_report(settings().data_dir)
    if output is TextFormat.JSON:
        facts = {"version": written.version, "path": str(written.page), "bytes": written.size}
        facts |= {"figures": written.figures, "cards": written.cards}
        sys.stdout.write(json.dumps(facts, ensure_ascii=False) + "\n")
        return
    say(out, str(written.page))
    if not _opened(written.page.as_uri()):
        say(err, "There is no browser here: open that file in one.")


def _opened(address: str) -> bool:
    """Opens an address in a browser with a window, if there is one; a text browser would take the terminal."""
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return False
    if isinstance(browser, webbrowser.GenericBrowser) and not isinstance(browser, webbrowser.BackgroundBrowser):
        return False
    return browser.open(address)
