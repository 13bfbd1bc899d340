"""What officials say, taken at face value and added up: nothing is tuned, and where parts disagree both ends stay."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from nhs_assets.contracts.savings import ENDS
from nhs_assets.contracts.vocabulary import PAID_STREAMS
from nhs_assets.model.appraisal import discount_factors, latest_deflator, real_factors
from nhs_assets.model.calendar import BASE_FY
from nhs_assets.model.draws import Distribution
from nhs_assets.model.organisations import target_organisations
from nhs_assets.model.scenario_run import Leavers, ScenarioRun, scenario_run
from nhs_assets.model.simulation import PAID, UNPAID, VACANT
from nhs_assets.model.tables import DECIMALS, as_table
from nhs_assets.model.valuation import months_to_payback

OFFICIAL = "official_answer"
ALL = ("all_three", "all_three_and_csu")
PARTS_OF_SAVING = ("annual_saving_at_half_icb", "annual_saving_at_half_nhse")
FAVOURABLE, UNFAVOURABLE = ENDS
Range = tuple[float, float]


def as_stated(leavers: Leavers, claim: pl.DataFrame, deflator: pl.DataFrame) -> pl.DataFrame:
    """``savings.as_stated``: posts, cost, saving and financing as officials state them, and what they come to.

    Cost and saving fall when the waves of departures have people leave. Both are cash as stated, raised by nothing.
    Empty on days when officials had stated no cost or no saving.
    """
    said = claim.filter(pl.col("attribution") == OFFICIAL).sort("claim_id")
    cost, saving = _range(said, "programme_cost", ALL), _range(said, "annual_saving", ALL)
    if cost is None or saving is None or leavers.cell.is_empty():
        return as_table([], "savings.as_stated")
    figures = [
        *_posts(said, leavers),
        ("cost", "£m", cost[::-1], _sum([cost]), True, _ids(said, ("programme_cost",), ALL)),
        *_financing(said, cost),
    ]
    parts = [found for measure in PARTS_OF_SAVING if (found := _range(said, measure))]
    text, agree = _sum([saving]), True
    if len(parts) == len(PARTS_OF_SAVING):
        by_body = tuple(sum(ends) for ends in zip(*parts, strict=True))
        text, agree = f"{text} in all; {_sum(parts)} by body", by_body[0] <= saving[1]
        saving = (min(saving[0], by_body[0]), max(saving[1], by_body[1]))
    figures.append(("saving", "£m a year", saving, text, agree, _ids(said, ("annual_saving", *PARTS_OF_SAVING))))
    worth = _Worth(leavers, deflator)
    ends = [worth.of(cost[1], saving[0]), worth.of(cost[0], saving[1])]
    for measure, unit in (("npv", "£m"), ("payback", "months")):
        both = tuple(found[measure] for found in ends)
        figures.append((measure, unit, both, "cost and saving at the same end", True, None))
    rows = [
        {
            "end": end,
            "measure": measure,
            "unit": unit,
            "price_basis": "real" if measure == "npv" else "cash",
            "base_fy": BASE_FY if measure == "npv" else None,
            "stated_figure": None if value is None else round(float(value), DECIMALS),
            "parts": text,
            "parts_agree": agree,
            "claim_ids": ids,
        }
        for measure, unit, both, text, agree, ids in figures
        for end, value in zip((UNFAVOURABLE, FAVOURABLE), both, strict=True)
    ]
    return as_table(rows, "savings.as_stated")


def _posts(said: pl.DataFrame, leavers: Leavers) -> Iterator[tuple]:
    """Posts in all, beside the stated share of every stated headcount."""
    posts, cut_pct = _range(said, "posts_removed", ALL), _range(said, "headcount_cut_pct", ALL)
    if posts and cut_pct:
        bodies = target_organisations(leavers.organisation).select("ods_code")
        heads = float(leavers.baseline_before_succession.join(bodies, on="ods_code")["headcount"].sum())
        share = heads * cut_pct[1] / 100
        text = f"up to {posts[1]:,.0f}; up to {cut_pct[1]:.0f}% of {heads:,.0f} staff is {share:,.0f}"
        ends = min(posts[1], share), max(posts[1], share)
        ids = _ids(said, ("posts_removed", "headcount_cut_pct"), ALL)
        yield "posts", "posts", ends, text, posts[1] == share, ids


def _financing(said: pl.DataFrame, cost: Range) -> Iterator[tuple]:
    """Money moved between years to pay for exits, beside their cost."""
    moved = _range(said, "reprofiled_amount")
    if moved:
        text = f"{_sum([moved])} moved between years, for a cost of {_sum([cost])}"
        yield "financing", "£m", moved, text, moved[1] >= cost[0], _ids(said, ("reprofiled_amount",))


class _Worth:
    """What a cost and a yearly saving come to when departures fall as the waves have them."""

    def __init__(self, leavers: Leavers, deflator: pl.DataFrame) -> None:
        self._run = _as_planned(leavers)
        plan = self._run.plan
        self.spent = sum(months.sum(axis=1) for months in plan.paid_exits["accrual"].values())
        self.gone = sum(ways[way].sum(axis=1) for ways in plan.saved.values() for way in (PAID, UNPAID, VACANT))
        real = real_factors(plan.months, latest_deflator(deflator))["in_base_prices"].to_numpy()
        since_base = plan.months["months_from_base"].to_numpy()
        self.present = real * discount_factors(since_base, self._run.parameters.value("discount_rate_real_pct"))

    def of(self, cost_gbp_m: float, saving_gbp_m: float) -> dict[str, float | None]:
        """Net present value, £m, and months to payback from the first with cost; None where it is not paid back."""
        cost = cost_gbp_m * self.spent / self.spent.sum()
        net = saving_gbp_m / 12 * self.gone / self.gone[-1] - cost
        months = float(months_to_payback(cost[:, None], np.cumsum(net)[:, None])["payback"][0])
        return {"npv": float((net * self.present).sum()), "payback": months if np.isfinite(months) else None}


def _as_planned(leavers: Leavers) -> ScenarioRun:
    """Departures exactly by the waves: the plan is met, and posts go as the waves share them."""
    by_stream = leavers.exit_wave.group_by("stream", maintain_order=True).agg(pl.col("share_of_target").sum())
    share = dict(by_stream.iter_rows())
    paid = sum(share.get(stream, 0.0) for stream in PAID_STREAMS)
    held = sum(share.values()) - share.get(VACANT, 0.0)
    planned = {"paid_take_up": 1.0, "unpaid_take_up": 1.0}
    if "mixed" not in share:
        planned["paid_exit_share"] = paid / held
    return scenario_run(
        leavers, overrides={name: Distribution(name, value, value, value) for name, value in planned.items()}
    )


def _range(said: pl.DataFrame, measure: str, scopes: tuple[str, ...] | None = None) -> Range | None:
    """Lowest and highest value that is stated of a measure; None where nothing is."""
    claims = _of(said, (measure,), scopes)
    low = claims.select(pl.min_horizontal("value_low", "value_central", "value_high").min()).item()
    high = claims.select(pl.max_horizontal("value_low", "value_central", "value_high").max()).item()
    return None if low is None else (float(low), float(high))


def _ids(said: pl.DataFrame, measures: tuple[str, ...], scopes: tuple[str, ...] | None = None) -> str:
    return ", ".join(_of(said, measures, scopes)["claim_id"])


def _of(said: pl.DataFrame, measures: tuple[str, ...], scopes: tuple[str, ...] | None) -> pl.DataFrame:
    claims = said.filter(pl.col("measure_id").is_in(measures))
    return claims if scopes is None else claims.filter(pl.col("scope_id").is_in(scopes))


def _sum(ranges: list[Range]) -> str:
    """Ranges in words, as a sum."""
    texts = [f"£{low:,.0f}m" if low == high else f"£{low:,.0f}m to £{high:,.0f}m" for low, high in ranges]
    return " + ".join(texts)
