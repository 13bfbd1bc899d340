"""The doctor command."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from nhs_assets.cli.console import TextFormat, err, out, say
from nhs_assets.settings import settings

_STYLES = {"OK": "green", "LOOK": "yellow", "WRONG": "bold red"}


def doctor(
    output: Annotated[
        TextFormat, typer.Option("--format", "-f", help="How to write the findings; --json for short.")
    ] = (TextFormat.TEXT),
) -> None:
    """Check everything a refresh needs, one line each: OK, LOOK (for you to judge) or WRONG, with the remedy.

    Data folder, file locks, disk, packages, Dagster's home, daemon, schedule, sensors, runs, pools, seeds, inbox,
    working tables, the published snapshot and the lock. Changes nothing. Exits with 1 if anything is WRONG.

    Example: [bold]nhs-assets doctor[/bold]
    """
    from nhs_assets.ground.clock import MACHINE
    from nhs_assets.instance.doctor import Level, examine

    found = examine(settings(), MACHINE.now())
    counts = {level: sum(finding.level is level for finding in found) for level in Level}
    if output is TextFormat.JSON:
        sys.stdout.write(json.dumps([asdict(finding) for finding in found], ensure_ascii=False, indent=1) + "\n")
    else:
        for finding in found:
            out.print(f"{finding.level:<6}", style=_STYLES[finding.level], end="")
            say(out, f"{finding.name}: {finding.said}" + (f"\n      {finding.remedy}" if finding.remedy else ""))
        summary = ", ".join(f"{count} {level}" for level, count in counts.items())
        say(err, f"{summary}. See docs/runbook.md.")
    if counts[Level.WRONG]:
        raise typer.Exit(1)
