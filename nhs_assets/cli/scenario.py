"""Commands for scenarios: list the published ones, run one of your own."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from nhs_assets.cli.console import Format, fail, json_rows, out, print_frame, say, write_frame
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import settings

app = typer.Typer(
    no_args_is_help=True, help="List the published scenarios, or run one of your own without publishing anything."
)


@app.command("list")
def list_scenarios(
    output: Annotated[Format, typer.Option("--format", "-f", help="How to write the rows.")] = Format.TABLE,
) -> None:
    """List the published scenarios with cost, saving, net present value and payback.

    From the perspective of the department's budget, over the long horizon, at the real discount rate.

    Example: [bold]nhs-assets scenario list[/bold]
    """
    import duckdb

    from nhs_assets.outputs.scenarios import published_scenarios

    try:
        frame = published_scenarios(settings().data_dir)
    except (LookupError, duckdb.Error) as error:
        fail(str(error))
    write_frame(frame, output, limit=len(frame))


@app.command("run")
def run_scenario(
    file: Annotated[Path, typer.Argument(help="A file like those in seeds/scenarios.", exists=True, dir_okay=False)],
    output: Annotated[
        Format, typer.Option("--format", "-f", help="CSV holds the years, JSON everything.")
    ] = Format.TABLE,
) -> None:
    """Run a scenario on the published inputs and compare it with the central case. Publishes nothing.

    Example: [bold]nhs-assets scenario run seeds/scenarios/slip_6m.yml[/bold]
    """
    import duckdb

    from nhs_assets.outputs.scenarios import run_file

    try:
        run = run_file(settings(), file)
    except (BadInputError, LookupError, duckdb.Error) as error:
        fail(str(error))
    if output is Format.CSV:
        sys.stdout.write(run.years.write_csv())
    elif output is Format.JSON:
        parts = {"label": json.dumps(run.label, ensure_ascii=False), "accounting_basis": f'"{run.accounting_basis}"'}
        parts |= {"changes": json_rows(run.changes), "worth": json_rows(run.worth), "years": json_rows(run.years)}
        sys.stdout.write("{" + ", ".join(f'"{name}": {text}' for name, text in parts.items()) + "}\n")
    else:
        say(out, f"{run.label}\n{run.rationale}\n")
        if len(run.changes):
            print_frame(run.changes, len(run.changes), title="Changed from the central case")
        print_frame(run.worth, len(run.worth), title=f"Department's budget, {run.accounting_basis}")
        print_frame(run.years, len(run.years), title="Year by year, £m")
