"""Scenarios: the published ones, and one that is run beside them without publishing anything."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from nhs_assets.build.lookup import whole
from nhs_assets.build.relation import rows_of
from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.model.appraisal import appraisal
from nhs_assets.model.exit_cost import exit_points
from nhs_assets.model.parameters import BEST_ESTIMATE, BestEstimate
from nhs_assets.model.phasing import Programme
from nhs_assets.model.scenario import costs_and_savings, national, national_flow, scenarios_of
from nhs_assets.outputs.charts.of_table import in_markdown
from nhs_assets.outputs.charts.savings import running_sum
from nhs_assets.outputs.query import Past, ask
from nhs_assets.outputs.sentences import money, month_name
from nhs_assets.settings import Settings
from nhs_assets.sources import scenarios as files
from nhs_assets.store.snapshot import database_path, open_published

TABLES = (
    *files.INPUT_TABLES,
    "raw.appraisal_perspective",
    "evidence.parameter_value",
    "workforce.organisation",
    "workforce.baseline_before_succession",
    "workforce.cell",
    "settlement.deflator",
    "savings.exit_wave",
    "savings.posterior_draw",
    "overspend.ledger",
)
MEASURES = {
    "cash_cost_gbp_m": ("One-off cost in cash", "£m"),
    "cash_saving_gbp_m": ("Recurring saving in cash", "£m"),
    "npv_gbp_m": ("Net present value, real", "£m"),
    "payback_month": ("Payback", "month"),
    "payback_months": ("Months from the first cost to payback", "months"),
    "discounted_payback_month": ("Discounted payback", "month"),
    "deepest_cash_deficit_gbp_m": ("Deepest deficit in cash", "£m"),
    "deepest_deficit_month": ("Month of the deepest deficit", "month"),
}
DECIMALS = 1
RANGED = {
    "cash_cost_gbp_m": "cost",
    "npv_gbp_m": "npv",
    "payback_months": "payback",
    "deepest_cash_deficit_gbp_m": "deepest_deficit",
}
"""Measures with a range over draws, by their name there."""

RANGES = (
    "SELECT r.measure, r.p10, r.p90 FROM savings.appraisal_range AS r WHERE r.scenario_id = 'best_estimate' "
    "AND r.perspective = 'dhsc_budget' AND r.accounting_basis = 'accrual' AND r.weighting = 'posterior'"
)


@dataclass(frozen=True)
class Run:
    """A scenario beside the best estimate, from the department's budget, at the real rate and over the long horizon.

    Attributes:
        departures: when each stream leaves, where the file says so.
        remarks: where it moves what it does not say it moves, or the other way round: no refresh would publish it.
        changes: ``parameter_id``, ``best_estimate_value``, ``scenario_value``, ``unit``.
        worth: ``measure``, ``unit``, ``best_estimate`` with its ``range``, ``scenario``, ``difference``, as text.
        years: ``fy`` with cost, saving and net of both, £m, and what is taken back under the official reading.
    """

    label: str
    rationale: str
    accounting_basis: str
    departures: str | None
    remarks: tuple[str, ...]
    changes: pl.DataFrame
    worth: pl.DataFrame
    years: pl.DataFrame

    @property
    def chart(self) -> str:
        """The running sum of saving less cost beside that of the best estimate, as Markdown with the picture inside."""
        net = [
            (pl.col(f"saving_{which}") - pl.col(f"cost_{which}")).cum_sum().alias(which)
            for which in (BEST_ESTIMATE, "scenario")
        ]
        drawing = running_sum(self.years.sort("fy").select("fy", *net), self.label)
        return in_markdown(drawing, "Source: nhs_assets, a scenario that is published nowhere.")


def published_scenarios(data_dir: Path) -> pl.DataFrame:
    """Every published scenario with cost, saving, net present value and payback, the last two with their 80% range."""
    return ask(
        data_dir,
        "SELECT s.scenario_id, s.label, s.recoup_profile_id, a.cash_cost_gbp_m, a.cash_saving_gbp_m, "
        "round(a.npv_gbp_m, 1) AS npv_gbp_m, round(v.p10, 1) AS npv_p10, round(v.p90, 1) AS npv_p90, "
        "strftime(a.payback_month, '%B %Y') AS payback, a.payback_months, "
        "m.p10 AS payback_p10, m.p90 AS payback_p90 "
        "FROM evidence.scenario AS s "
        "JOIN savings.appraisal AS a ON a.scenario_id = s.scenario_id AND a.accounting_basis = s.accounting_basis "
        "JOIN savings.appraisal_range AS v ON v.scenario_id = a.scenario_id AND v.perspective = a.perspective "
        "AND v.accounting_basis = a.accounting_basis AND v.weighting = 'posterior' AND v.measure = 'npv' "
        "JOIN savings.appraisal_range AS m ON m.scenario_id = a.scenario_id AND m.perspective = a.perspective "
        "AND m.accounting_basis = a.accounting_basis AND m.weighting = 'posterior' AND m.measure = 'payback' "
        "WHERE a.perspective = 'dhsc_budget' "
        "QUALIFY row_number() OVER "
        "(PARTITION BY s.scenario_id ORDER BY a.horizon_years DESC, a.discount_rate_pct DESC) = 1 "
        "ORDER BY CASE WHEN s.scenario_id = 'best_estimate' THEN 0 ELSE 1 END, s.scenario_id",
    )


def run_file(settings: Settings, file: Path, past: Past | None = None) -> Run:
    """Runs the scenario of a file on the published inputs, or on those of a past day; publishes nothing.

    Raises:
        BadInputError: if the file, or the scenario on these inputs, is refused.
        NothingPublishedError: if there is no snapshot.
    """
    with open_published(past.database if past else database_path(settings.data_dir)) as snapshot:
        tables = {name: rows_of(snapshot, whole(name)).cast(dict(contract(name).polars_schema())) for name in TABLES}
        ranges = {measure: ends for measure, *ends in snapshot.sql(RANGES).fetchall()}
    shipped = [path for path in files.scenario_files(settings.seeds_dir) if path.resolve() != file.resolve()]
    names = [path.relative_to(settings.seeds_dir).as_posix() for path in shipped]
    found = files.read_scenarios([*shipped, file], [*names, str(file)], tables)
    (stated,) = found[files.SCENARIOS].filter(file=str(file)).iter_rows(named=True)
    overrides = found[files.OVERRIDES]
    scenarios = {one.scenario_id: one for one in scenarios_of(found[files.SCENARIOS], overrides)}
    parameters = BestEstimate(tables["evidence.parameter_value"], tables["savings.posterior_draw"])
    inputs = ("workforce.organisation", "workforce.baseline_before_succession", "savings.exit_wave")
    nation = national(Programme(parameters, *(tables[name] for name in inputs)))
    points = exit_points(tables["workforce.cell"])
    try:
        flows = {
            name: national_flow(scenarios[scenario_id], nation, points).with_columns(scenario_id=pl.lit(name))
            for name, scenario_id in ((BEST_ESTIMATE, BEST_ESTIMATE), ("scenario", stated["scenario_id"]))
        }
    except ValueError as error:
        raise BadInputError([Problem(str(file), str(error), "Correct the scenario.")]) from error
    both, basis = pl.concat(flows.values()), stated["accounting_basis"]
    ledger = tables["overspend.ledger"].filter(
        interpretation="official_reprofile", profile_id=stated["recoup_profile_id"], price_basis="cash"
    )
    changes = overrides.filter(scenario_id=stated["scenario_id"]).join(
        tables["evidence.parameter_value"].filter("is_current"), on="parameter_id", suffix="_stated"
    )
    best = pl.col("parameter_id").map_elements(parameters.value, return_dtype=pl.Float64)
    return Run(
        label=stated["label"],
        rationale=stated["rationale"],
        accounting_basis=basis,
        departures=stated["departures"],
        remarks=tuple(_remarks(both, stated)),
        changes=changes.select("parameter_id", best_estimate_value=best, scenario_value="value", unit="unit"),
        worth=_valuation(both, parameters, tables, basis, ranges),
        years=_years(both, basis, ledger),
    )


def _remarks(flows: pl.DataFrame, stated: Mapping) -> Iterator[str]:
    """Where a scenario moves other than it says, as ``savings/scenario_moves_what_it_names`` judges it."""
    costs, savings = costs_and_savings(flows)
    # Flows are rounded to the pound.
    rounding = flows.filter(scenario_id=BEST_ESTIMATE).height / 1_000_000
    for what, rows in (("cost", costs.filter(accounting_basis="accrual")), ("saving", savings)):
        totals = dict(rows.group_by("scenario_id").agg(pl.col("amount_gbp_m").sum().cast(pl.Float64)).iter_rows())
        moved = totals["scenario"] - totals[BEST_ESTIMATE]
        says, moves = stated[f"moves_{what}"], abs(moved) > rounding
        if says != moves:
            said = (
                "does not say whether it moves" if says is None else "says that it moves" if says else "does not name"
            )
            did = f"moves it by {'+' if moved > 0 else ''}{money(moved, DECIMALS)}" if moves else "does not"
            yield (
                f"It {said} the {what}, and {did}. A refresh would refuse it in seeds/scenarios: name under moves "
                "what it is to move."
            )


def _valuation(
    flows: pl.DataFrame,
    parameters: BestEstimate,
    tables: Mapping[str, pl.DataFrame],
    basis: str,
    ranges: Mapping[str, Sequence[float]],
) -> pl.DataFrame:
    """Each measure of both scenarios, and their difference."""
    table = appraisal(parameters, flows, tables["raw.appraisal_perspective"], tables["settlement.deflator"])
    chosen = table.filter(
        perspective="dhsc_budget",
        accounting_basis=basis,
        horizon_years=int(parameters.value("appraisal_horizon_years")),
        discount_rate_pct=parameters.value("discount_rate_real_pct"),
    )
    by_scenario = {row["scenario_id"]: row for row in chosen.iter_rows(named=True)}
    best, scenario = by_scenario[BEST_ESTIMATE], by_scenario["scenario"]
    return pl.DataFrame(
        [
            {
                "measure": label,
                "unit": unit,
                "best_estimate": _text(best[name]),
                "range": _range(ranges.get(RANGED.get(name)), unit),
                "scenario": _text(scenario[name]),
                "difference": _difference(best[name], scenario[name]),
            }
            for name, (label, unit) in MEASURES.items()
        ]
    )


def _years(flows: pl.DataFrame, basis: str, ledger: pl.DataFrame) -> pl.DataFrame:
    """Both scenarios year by year, and what is taken back beside them."""
    costs, savings = costs_and_savings(flows)
    years = flows.select("fy").unique().sort("fy")
    for kind, rows in (("cost", costs.filter(accounting_basis=basis)), ("saving", savings)):
        for scenario in (BEST_ESTIMATE, "scenario"):
            amount = pl.col("amount_gbp_m").sum().cast(pl.Float64).alias(f"{kind}_{scenario}")
            of_year = rows.filter(scenario_id=scenario).group_by("fy", maintain_order=True).agg(amount)
            years = years.join(of_year, on="fy", how="left")
    recouped = ledger.select("fy", recouped=pl.col("recouped_gbp_m").cast(pl.Float64))
    flows_of = ("best_estimate", "scenario", "change")
    money = (f"{kind}_{which}" for kind in ("cost", "saving") for which in flows_of)
    return (
        years.join(recouped, on="fy", how="left")
        .sort("fy")
        .with_columns(pl.exclude("fy").fill_null(0.0))
        .with_columns(
            cost_change=pl.col("cost_scenario") - pl.col("cost_best_estimate"),
            saving_change=pl.col("saving_scenario") - pl.col("saving_best_estimate"),
            net_scenario=pl.col("saving_scenario") - pl.col("cost_scenario"),
        )
        .select("fy", pl.col(*money, "net_scenario", "recouped").round(DECIMALS))
    )


def _text(value: object) -> str:
    if value is None:
        return "none within the horizon"
    if isinstance(value, date):
        return month_name(value)
    return f"{value:,}" if isinstance(value, int) else f"{float(value):,.{DECIMALS}f}"


def _range(ends: Sequence[float] | None, unit: str) -> str:
    """The 80% range of the best estimate; none as of a past day, which has no draws."""
    if ends is None or None in ends:
        return ""
    return " to ".join(f"{end:,.{DECIMALS if unit == '£m' else 0}f}" for end in ends)


def _difference(central: object, scenario: object) -> str:
    if central is None or scenario is None:
        return "" if central == scenario else "one has none"
    if isinstance(central, date):
        months = (scenario.year - central.year) * 12 + scenario.month - central.month
        return f"{months:+d} months" if months else "none"
    if isinstance(central, int):
        return f"{scenario - central:+,}"
    return f"{float(scenario) - float(central):+,.{DECIMALS}f}"
