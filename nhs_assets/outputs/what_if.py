"""What the model workbook and the What-if of the report calculate with, from the tables of a version."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.contracts.savings import BOTH
from nhs_assets.contracts.vocabulary import PAID_STREAMS, RAMPS
from nhs_assets.model.appraisal import discount_factors, latest_deflator, real_factors
from nhs_assets.model.cashflow import FIXED
from nhs_assets.model.decomposition import (
    EXIT_COSTS,
    MIXED_STREAM,
    SAVED,
    SETTABLE,
    SPENT_AGAIN,
    DecomposedFlows,
    Spine,
    UnitAmounts,
    Wave,
    decomposed,
    shares_spent_again,
    spine_of,
    unit_amounts,
    waves_of,
)
from nhs_assets.model.exit_cost import exit_points
from nhs_assets.model.money import pounds
from nhs_assets.model.parameters import BEST_ESTIMATE, BestEstimate
from nhs_assets.model.phasing import VACANT, Programme
from nhs_assets.model.scenario import national, scenarios_of
from nhs_assets.outputs.explained import Row
from nhs_assets.outputs.exports.data_package import table_path
from nhs_assets.outputs.sentences import WORDS

ADJUSTABLE = ("paid_exit_share", "paid_take_up", "backfill_share", "rehire_cost_share", "leaving_slip_months")
"""Parameters that the page lets a reader move: of those that can be set, what matters most to value and payback, and
when people leave."""
LEAST = {"paid_exit_share": 0.05, "paid_take_up": 0.05}
"""Somebody has to be paid to leave."""
MOST_MONTHS = 24
LEDGER = ("fy", "opening_gbp_m", "drawn_gbp_m", "recouped_gbp_m", "closing_gbp_m")
MEASURED = ("operations_per_gbp_1000m", "reprofiled_amount_gbp_m", "discount_rate_real_pct")
"""Parameters of what follows from cost and saving."""
PERSPECTIVE, INTERPRETATION = "dhsc_budget", "official_reprofile"
TABLES = (
    "raw.appraisal_perspective",
    "evidence.parameter_value",
    "evidence.scenario",
    "evidence.scenario_override",
    "workforce.organisation",
    "workforce.baseline_before_succession",
    "workforce.cell",
    "settlement.deflator",
    "savings.exit_wave",
    "savings.posterior_draw",
    "savings.appraisal",
    "savings.scenario_flow",
    "savings.tornado",
    "overspend.ledger",
    "overspend.recoup_profile",
)


@dataclass(frozen=True)
class Case:
    """A published scenario: its settable values, and which amounts and waves it has."""

    scenario_id: str
    label: str
    profile_id: str
    accounting_basis: str
    values: Mapping[str, float]
    units: int
    waves: tuple[Wave, ...]


@dataclass(frozen=True)
class WhatIf:
    """The decomposition of every scenario of a version, and what results are made with.

    Attributes:
        cases: scenarios by id, the best estimate first. One that departs by another ramp than that of the waves is not
            among them.
        units: amounts that cases refer to by place.
        parameters: current rows of ``evidence.parameter_value`` by id.
        best_estimate: values of the best estimate of all parameters in :data:`SETTABLE` and :data:`MEASURED`.
        ends: the ends of the 80% range of those that are drawn.
        real_factors: of each month, prices of the base year over its own.
        months_from_base: of each month.
        rounding: by basis and for ``saving``, whole pounds by month by which the published best estimate, which is
            rounded organisation by organisation, exceeds the one of the nation.
        appraisal: the row of ``savings.appraisal`` of each case and basis, over the long horizon at the real rate.
        ledger: rows of ``overspend.ledger`` of the official reading in cash.
        recoup_shares: by profile and year, the share of the advance that is taken back.
    """

    spine: Spine
    cases: Mapping[str, Case]
    units: tuple[UnitAmounts, ...]
    parameters: Mapping[str, Row]
    best_estimate: Mapping[str, float]
    ends: Mapping[str, tuple[float, float]]
    real_factors: np.ndarray
    months_from_base: np.ndarray
    rounding: Mapping[str, np.ndarray]
    appraisal: Mapping[tuple[str, str], Row]
    ledger: pl.DataFrame
    recoup_shares: Mapping[str, Mapping[str, float]]

    def flows(self, scenario_id: str = BEST_ESTIMATE, changes: Mapping[str, float] | None = None) -> DecomposedFlows:
        """The cash flow of a case with changes, before the rounding of the best estimate by organisation."""
        case = self.cases[scenario_id]
        values = {**case.values, **(changes or {})}
        return decomposed(self.spine, self.units[case.units], case.waves, values)

    @cached_property
    def unrounded(self) -> frozenset[str]:
        """Cases with the levers of the best estimate, which have its flows as published."""
        best = self.cases[BEST_ESTIMATE]
        levers = (best.values, best.units, best.waves)
        return frozenset(name for name, case in self.cases.items() if (case.values, case.units, case.waves) == levers)

    @cached_property
    def discounting(self) -> np.ndarray:
        """Present over future of each month at the real rate."""
        return discount_factors(self.months_from_base, self.best_estimate["discount_rate_real_pct"])


class WhatIfError(Exception):
    """The tables of a version give nothing to calculate with."""


@lru_cache(maxsize=1)
def what_if(version_folder: Path) -> WhatIf:
    """What is calculated with, from the Parquet files of a version.

    Raises:
        WhatIfError: if the best estimate cannot be taken apart.
    """
    try:
        return _what_if(version_folder)
    except (ValueError, LookupError) as error:
        raise WhatIfError(f"the best estimate cannot be calculated with: {error}") from error


def _what_if(version_folder: Path) -> WhatIf:
    tables = {name: _table(version_folder, name) for name in TABLES}
    refuse_other_weights(tables["raw.appraisal_perspective"])
    parameters = BestEstimate(tables["evidence.parameter_value"], tables["savings.posterior_draw"])
    inputs = ("workforce.organisation", "workforce.baseline_before_succession", "savings.exit_wave")
    nation = national(Programme(parameters, *(tables[name] for name in inputs)))
    spine = spine_of(nation)
    units, cases = _cases(nation, tables)
    real = real_factors(nation.spine.select("month", "fy"), latest_deflator(tables["settlement.deflator"]))
    best = cases[BEST_ESTIMATE]
    of_nation = decomposed(spine, units[best.units], best.waves, best.values)
    totals = {
        "accrual": sum(of_nation.accrual.values()),
        "cash_paid": sum(of_nation.cash_paid.values()),
        "saving": sum(of_nation.saving.values()),
    }
    flows = tables["savings.scenario_flow"].filter(scenario_id=BEST_ESTIMATE)
    stated = flows.group_by("accounting_basis", "month").agg(pounds(pl.col("amount_gbp_m")).sum()).sort("month")
    ends = tables["savings.tornado"].select("parameter_id", "low", "high").unique()
    current = tables["evidence.parameter_value"].filter("is_current")
    official = {"interpretation": INTERPRETATION}
    shares: dict[str, dict[str, float]] = {}
    recoup = tables["overspend.recoup_profile"].filter(**official).sort("profile_id", "fy")
    for profile_id, fy, share in recoup.select("profile_id", "fy", "share").iter_rows():
        shares.setdefault(profile_id, {})[fy] = share
    return WhatIf(
        spine=spine,
        cases=cases,
        units=tuple(units),
        parameters={row["parameter_id"]: row for row in current.iter_rows(named=True)},
        best_estimate={name: parameters.value(name) for name in (*SETTABLE, *MEASURED)},
        ends={name: (low, high) for name, low, high in ends.iter_rows()},
        real_factors=real["in_base_prices"].to_numpy(),
        months_from_base=real["months_from_base"].to_numpy(),
        rounding={
            name: stated.filter(accounting_basis=basis)["amount_gbp_m"].to_numpy() - totals[name]
            for name, basis in (("accrual", "accrual"), ("cash_paid", "cash_paid"), ("saving", BOTH))
        },
        appraisal=_appraisal(tables["savings.appraisal"], parameters),
        ledger=tables["overspend.ledger"].filter(**official, price_basis="cash").sort("profile_id", "fy"),
        recoup_shares=shares,
    )


def _table(version_folder: Path, name: str) -> pl.DataFrame:
    return pl.read_parquet(version_folder / table_path(contract(name), "parquet"))


def refuse_other_weights(appraisal_perspective: pl.DataFrame) -> None:
    """The department's budget counts every component in full, which neither workbook nor page weighs."""
    weighed = appraisal_perspective.filter((pl.col("perspective") == PERSPECTIVE) & (pl.col("weight") != 1))
    if not weighed.is_empty():
        raise ValueError(f"{PERSPECTIVE} does not count in full: {', '.join(weighed['component'])}")


def _cases(nation: Programme, tables: Mapping[str, pl.DataFrame]) -> tuple[list[UnitAmounts], dict[str, Case]]:
    """Amounts, each once, and the cases that refer to them."""
    points = exit_points(tables["workforce.cell"])
    rows = {row["scenario_id"]: row for row in tables["evidence.scenario"].iter_rows(named=True)}
    units: list[UnitAmounts] = []
    place: dict[tuple, int] = {}
    cases: dict[str, Case] = {}
    scenarios = scenarios_of(tables["evidence.scenario"], tables["evidence.scenario_override"])
    for scenario in sorted(scenarios, key=lambda scenario: scenario.scenario_id != BEST_ESTIMATE):
        if scenario.ramp != RAMPS[0]:
            continue
        row, changed = rows[scenario.scenario_id], nation.parameters.overridden(scenario.overrides)
        levers = tuple(sorted((name, value) for name, value in scenario.overrides.items() if name not in SETTABLE))
        if levers not in place:
            place[levers] = len(units)
            units.append(unit_amounts(nation, changed, points))
        cases[scenario.scenario_id] = Case(
            scenario.scenario_id,
            row["label"],
            row["recoup_profile_id"],
            row["accounting_basis"],
            {name: changed.value(name) for name in SETTABLE},
            place[levers],
            waves_of(nation, scenario),
        )
    return units, cases


def _appraisal(appraisal: pl.DataFrame, parameters: BestEstimate) -> dict[tuple[str, str], Row]:
    rows = appraisal.filter(
        perspective=PERSPECTIVE,
        horizon_years=int(parameters.value("appraisal_horizon_years")),
        discount_rate_pct=parameters.value("discount_rate_real_pct"),
    )
    return {(row["scenario_id"], row["accounting_basis"]): row for row in rows.iter_rows(named=True)}


def page_data(data: WhatIf, version: str) -> dict[str, object]:
    """What ``templates/what_if.js`` calculates with, as JSON holds it."""
    waves = list(dict.fromkeys(case.waves for case in data.cases.values()))
    ledger = data.ledger.with_columns(pl.col(pl.Decimal).cast(pl.Float64))
    kinds = {**dict.fromkeys(PAID_STREAMS, "paid"), MIXED_STREAM: "mixed", VACANT: "vacant"}
    return {
        "version": version,
        "months": [month.isoformat() for month in data.spine.months],
        "pay_year": data.spine.pay_year.tolist(),
        "years": list(data.spine.years),
        "bodies": [{"id": body, "posts": posts} for body, posts in data.spine.posts.items()],
        "stated_posts": data.spine.stated_posts,
        "costs": list(EXIT_COSTS),
        "fixed": FIXED,
        "saved": list(SAVED),
        "spent_again": {
            name: {"of": of, "counts": SPENT_AGAIN[name]}
            for name, (_, of) in shares_spent_again(data.best_estimate).items()
        },
        "units": [
            {
                kind: [
                    {name: pounds.tolist() for name, pounds in getattr(units, kind)[body].items()}
                    for body in data.spine.posts
                ]
                for kind in ("cost", "saving")
            }
            for units in data.units
        ],
        "waves": [
            [
                {
                    "kind": kinds.get(wave.stream, "unpaid"),
                    "first": wave.first.isoformat(),
                    "end": (wave.last + timedelta(1)).isoformat(),
                    "share": wave.share,
                    "lead": wave.lead_months,
                }
                for wave in of_case
            ]
            for of_case in waves
        ],
        "scenarios": {
            name: {
                "label": case.label,
                "profile": case.profile_id,
                "basis": case.accounting_basis,
                "values": dict(case.values),
                "units": case.units,
                "waves": waves.index(case.waves),
            }
            for name, case in data.cases.items()
        },
        "unrounded": sorted(data.unrounded),
        "rounding": {name: pounds.astype(int).tolist() for name, pounds in data.rounding.items()},
        "real": data.real_factors.tolist(),
        "discounting": data.discounting.tolist(),
        "ledger": {
            profile_id: [
                {name.removesuffix("_gbp_m"): row[name] for name in LEDGER}
                for row in rows.sort("fy").iter_rows(named=True)
            ]
            for (profile_id,), rows in ledger.group_by("profile_id", maintain_order=True)
        },
        "operations_per_gbp_1000m": data.best_estimate["operations_per_gbp_1000m"],
        "financed": data.best_estimate["reprofiled_amount_gbp_m"],
    }


def controls(data: WhatIf) -> list[dict[str, object]]:
    """The parameters that the page lets a reader move, with their 80% range or, where they are not drawn, that stated.

    Shares are moved in per cent.
    """
    found = []
    for name in ADJUSTABLE:
        row, best = data.parameters[name], data.best_estimate[name]
        low, high = data.ends.get(name, (row["low"], row["high"]))
        is_share = row["unit"] == "share"
        scale = 100 if is_share else 1
        found.append(
            {
                "name": name,
                "label": row["label"],
                "unit": "%" if is_share else row["unit"],
                "scale": scale,
                "least": LEAST.get(name, 0) * scale,
                "most": scale if is_share else MOST_MONTHS,
                "best": best * scale,
                "low": low * scale,
                "high": high * scale,
            }
        )
    return found


def profiles(data: WhatIf) -> dict[str, str]:
    """Recoup profiles in words."""
    return {name: WORDS["recoup_profile"].get(name, name.replace("_", " ")) for name in data.recoup_shares}
