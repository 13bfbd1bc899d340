"""Commands for scenarios: list the published ones, run one of your own."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from nhs_assets.cli.console import (
    Answering,
    Format,
    RowsFormat,
    err,
    out,
    print_frame,
    reported_errors,
    say,
    write_frame,
    write_json,
)
from nhs_assets.cli.query import AsOf, past_of
from nhs_assets.settings import settings

app = typer.Typer(
    no_args_is_help=True, help="List the published scenarios, or run one of your own without publishing anything."
)


@app.command("list", cls=Answering)
def list_scenarios(
    output: RowsFormat = Format.TABLE,
) -> None:
    """List the published scenarios with cost, saving, net present value and payback.

    From the perspective of the department's budget, over the long horizon, at the real discount rate.

    Example: [bold]nhs-assets scenario list[/bold]
    """
    from nhs_assets.outputs.scenarios import published_scenarios

    with reported_errors():
        frame = published_scenarios(settings().data_dir)
    write_frame(frame, output, limit=len(frame))


@app.command("run", cls=Answering)
def run_scenario(
    file: Annotated[Path, typer.Argument(help="A file like those in seeds/scenarios.", exists=True, dir_okay=False)],
    as_of: AsOf = None,
    output: Annotated[
        Format, typer.Option("--format", "-f", help="CSV holds the years, JSON everything; --json for short.")
    ] = Format.TABLE,
) -> None:
    """Run a scenario on the published inputs and compare it with the best estimate. Publishes nothing.

    Examples:

    [bold]nhs-assets scenario run seeds/scenarios/slip_6m.yml[/bold]

    [bold]nhs-assets scenario run --as-of 2025-12-31 seeds/scenarios/slip_6m.yml[/bold]
    """
    from nhs_assets.outputs.scenarios import run_file

    with reported_errors():
        past = past_of(as_of)
        run = run_file(settings(), file, past)
    for note in past.notes if past else ():
        say(err, note)
    if output is Format.CSV:
        sys.stdout.write(run.years.write_csv())
    elif output is Format.JSON:
        frames = {"changes": run.changes, "worth": run.worth, "years": run.years}
        facts = {"accounting_basis": run.accounting_basis, "departures": run.departures or ""}
        write_json(label=run.label, **facts, remarks=" ".join(run.remarks), **frames)
    else:
        say(out, f"{run.label}\n{run.rationale}\n")
        for remark in run.remarks:
            say(err, remark)
        if run.departures:
            say(out, f"Departures: {run.departures}; every other stream as in the best estimate.\n")
        if len(run.changes):
            print_frame(run.changes, len(run.changes), title="Changed from the best estimate")
        print_frame(run.worth, len(run.worth), title=f"Department's budget, {run.accounting_basis}")
        print_frame(run.years, len(run.years), title="Year by year, £m")
