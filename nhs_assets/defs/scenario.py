"""A scenario of one's own: a form in the launchpad, an answer beside the best estimate, published nowhere."""

import csv
import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import dagster as dg
import yaml
from pydantic import Field

from nhs_assets.contracts.vocabulary import ACCOUNTING_BASES, RAMPS, STREAMS
from nhs_assets.defs import metadata
from nhs_assets.defs.table_asset import OWNERS
from nhs_assets.ground.problems import BadInputError
from nhs_assets.ground.scratch import scratch_folder
from nhs_assets.settings import Settings, settings

if TYPE_CHECKING:
    import polars as pl

BEST_ESTIMATE, AS_IN_BASE, TODAY = "best_estimate", "as_in_base", "today"
GROUP = "scenario"
WORTH = {"best_estimate": "best estimate", "range": "its 80% range", "scenario": "yours", "difference": "difference"}
YEARS = {
    "fy": "year",
    "cost_scenario": "cost",
    "saving_scenario": "saving",
    "net_scenario": "net",
    "recouped": "taken back",
}
CHANGES = {"parameter_id": "parameter", "best_estimate_value": "best estimate", "scenario_value": "yours"}
"""Columns that are shown, with their headings."""


def _ids(folder: Path) -> list[str]:
    """Ids of entries in YAML files of a folder; by pattern, as the code location must load fast."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yml")))
    return [found for text in texts for found in re.findall(r"^(?:- )?id: (\w+)", text, re.MULTILINE)]


def _vintages(seeds_dir: Path) -> list[str]:
    with (seeds_dir / "evidence" / "vintage.csv").open(encoding="utf-8", newline="") as rows:
        listed = [row["vintage_id"] for row in csv.DictReader(rows)]
    return [*listed, *sorted(folder.name for folder in (seeds_dir / "vintages").iterdir() if folder.is_dir())]


def _choice(name: str, *words: str) -> type[Enum]:
    return Enum(name, {word: word for word in words})


_SEEDS = settings().seeds_dir
Base = _choice("Base", *_ids(_SEEDS / "scenarios"))
Parameter = _choice("Parameter", *_ids(_SEEDS / "parameters"))
Vintage = _choice("Vintage", TODAY, *_vintages(_SEEDS))
Stream = _choice("Stream", *STREAMS)
Basis = _choice("Basis", AS_IN_BASE, *ACCOUNTING_BASES)
Ramp = _choice("Ramp", AS_IN_BASE, *RAMPS)


class Change(dg.Config):
    """A parameter at another value."""

    parameter: Parameter = Field(description="Which parameter; docs/parameters.md lists them with their ranges.")
    value: float = Field(
        description="Its value, in the parameter's own unit; an impossible one is refused with its bounds."
    )


class Departures(dg.Config):
    """When a stream leaves."""

    stream: Stream = Field(description="Who leaves: posts, or people by the way they go.")
    first_month: str = Field(description="First month of leaving, such as 2026-04.")
    last_month: str = Field(description="Last month of leaving, such as 2027-03.")


class OwnScenario(dg.Config):
    """What the scenario changes; everything else is as in its base."""

    label: str = Field("A scenario of my own", description="A name for the result.")
    base: Base = Field(Base[BEST_ESTIMATE], description="The scenario it starts from.")
    as_of: Vintage = Field(Vintage[TODAY], description="Whose facts: those known today, or by the day of a vintage.")
    accounting_basis: Basis = Field(Basis[AS_IN_BASE], description="When cost counts: as recognised, or as paid.")
    ramp: Ramp = Field(Ramp[AS_IN_BASE], description="How departures spread over their months.")
    changes: list[Change] = Field([], description="Parameters at other values.")
    departures: list[Departures] = Field([], description="Streams that leave in other months.")

    def file(self) -> str:
        """The same as a scenario file, which ``nhs-assets scenario run`` takes."""
        choices = {"accounting_basis": self.accounting_basis.value, "ramp": self.ramp.value}
        content = {
            "id": "own_scenario",
            "label": self.label,
            "rationale": "Asked in the launchpad.",
            "base": self.base.value,
            "overrides": {change.parameter.value: change.value for change in self.changes},
            "departures": {one.stream.value: f"{one.first_month} to {one.last_month}" for one in self.departures},
            "choices": {name: chosen for name, chosen in choices.items() if chosen != AS_IN_BASE},
        }
        return yaml.safe_dump({name: value for name, value in content.items() if value}, sort_keys=False)


@dg.asset(key=[GROUP, "run"], group_name=GROUP, owners=OWNERS, kinds={"python"})
def run(
    context: dg.AssetExecutionContext, config: OwnScenario, settings: dg.ResourceParam[Settings]
) -> dg.MaterializeResult:
    """A scenario of your own beside the best estimate, on the published inputs. It is published nowhere.

    Choose "Open launchpad" beside "Materialize", fill in the form and launch it; the answer is in the metadata of this
    asset. `nhs-assets scenario run FILE` does the same at the command line.
    """
    from nhs_assets.outputs.query import find_past_vintage
    from nhs_assets.outputs.scenarios import run_file

    past = None if config.as_of.value == TODAY else find_past_vintage(settings, config.as_of.value)
    with scratch_folder() as scratch:
        file = scratch / "own_scenario.yml"
        file.write_text(config.file(), encoding="utf-8")
        try:
            done = run_file(settings, file, past)
        except BadInputError as refused:
            raise dg.Failure(str(refused).replace(str(file), "your scenario"), allow_retries=False) from refused
    for remark in done.remarks:
        context.log.warning(remark)
    return dg.MaterializeResult(
        metadata={
            "What it is": f"{done.label}: shown here alone, published nowhere.",
            "As of": "; ".join(past.notes) if past else "what is known today",
            "Beside the best estimate": dg.MetadataValue.md(metadata.markdown(_named_with_unit(done.worth))),
            "Running sum, £m": dg.MetadataValue.md(done.chart),
            "Changed from the best estimate": dg.MetadataValue.md(metadata.markdown(done.changes.rename(CHANGES))),
            "Departures": done.departures or "as in the best estimate",
            "Year by year, £m": dg.MetadataValue.md(metadata.markdown(done.years.select(*YEARS).rename(YEARS))),
            "Remarks": dg.MetadataValue.md("\n\n".join(done.remarks) or "none"),
            "As a scenario file": dg.MetadataValue.md(f"```yaml\n{config.file()}```"),
        }
    )


def _named_with_unit(worth: "pl.DataFrame") -> "pl.DataFrame":
    """Measures with their unit in the name: the UI cuts a wide table off."""
    return worth.select(
        worth["measure"] + ", " + worth["unit"], *(worth[name].alias(words) for name, words in WORTH.items())
    )


scenario = dg.define_asset_job(
    "scenario",
    selection=dg.AssetSelection.assets(run),
    description="Runs a scenario of your own from a form and shows it beside the best estimate. Publishes nothing.",
)
