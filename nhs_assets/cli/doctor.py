"""The command that says whether everything is as it should be."""

import json
import sys
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from nhs_assets.cli.screen import err, out, say
from nhs_assets.settings import settings

_STYLES = {"OK": "green", "LOOK": "yellow", "WRONG": "bold red"}


class ReportFormat(StrEnum):
    """How the findings are written."""

    TEXT = "text"
    JSON = "json"


def doctor(
    output: Annotated[ReportFormat, typer.Option("--format", "-f", help="How to write the findings.")] = (
        ReportFormat.TEXT
    ),
) -> None:
    """Look at all that a refresh needs, one line each: OK, LOOK (for you to judge) or WRONG, and what to do.

    Data folder, disk, packages, Dagster's home, daemon, schedule, sensors, runs, pools, seeds, inbox, working tables,
    the published snapshot and the lock. Nothing is changed. Ends with 1 if anything is WRONG.

    Example: [bold]nhs-assets doctor[/bold]
    """
    from datetime import UTC, datetime

    from nhs_assets.instance.doctor import examine
    from nhs_assets.instance.doctor.finding import Level

    found = examine(settings(), datetime.now(UTC))
    counts = {level: sum(one.level is level for one in found) for level in Level}
    if output is ReportFormat.JSON:
        sys.stdout.write(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=1) + "\n")
    else:
        for one in found:
            out.print(f"{one.level:<6}", style=_STYLES[one.level], end="")
            say(out, f"{one.name}: {one.said}" + (f"\n      {one.remedy}" if one.remedy else ""))
        summary = ", ".join(f"{count} {level}" for level, count in counts.items())
        say(err, f"{summary}. docs/runbook.md has a section for each.")
    if counts[Level.WRONG]:
        raise typer.Exit(1)
