"""What paying people to leave buys: against posts that stay and are refilled, and against not replacing those who
leave anyway.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from nhs_assets.contracts.savings import COUNTERFACTUALS
from nhs_assets.model.appraisal import latest_deflator, perspective_weights
from nhs_assets.model.draws import Draws, prior
from nhs_assets.model.posterior import BASIS, BUDGET, Estimated
from nhs_assets.model.quantiles import summary
from nhs_assets.model.simulation import GBP_IN_GBP_M, PAID, UNPAID, VACANT
from nhs_assets.model.tables import DECIMALS, as_table
from nhs_assets.model.unit_cost import COUNTS
from nhs_assets.model.valuation import Prices, months_to_payback

REFILLED, ATTRITION, IN_BOTH = COUNTERFACTUALS
TURNOVER, CLOSABLE = "turnover_share_a_year", "turnover_closable_share"


@dataclass(frozen=True)
class Alternative:
    """The programme beside what would have happened without it, ``(months, runs)``.

    Attributes:
        posts_with: posts gone with the programme, on average over the month.
        posts_without: the same without it.
        cost: £ million.
        saving_with: £ million.
        saving_without: £ million.
        present: present value over cash of each month, £ million of the base year.
    """

    posts_with: np.ndarray
    posts_without: np.ndarray
    cost: np.ndarray
    saving_with: np.ndarray
    saving_without: np.ndarray
    present: np.ndarray

    @cached_property
    def net(self) -> np.ndarray:
        """What the programme gains in a month over the alternative."""
        return self.saving_with - self.cost - self.saving_without

    @cached_property
    def cumulative_net(self) -> np.ndarray:
        """The running sum of :attr:`net`."""
        return np.cumsum(self.net, axis=0)

    @cached_property
    def value(self) -> np.ndarray:
        """The running sum of the present value of :attr:`net`."""
        return np.cumsum(self.net * self.present, axis=0)

    def measures(self) -> Iterator[tuple[str, str, np.ndarray]]:
        """Name, unit and ``(runs,)`` of each measure over the whole horizon."""
        yield "npv", "£m", self.value[-1]
        yield "cost", "£m", self.cost.sum(axis=0)
        yield "saving_gained", "£m", (self.saving_with - self.saving_without).sum(axis=0)
        yield "post_years_gained", "post-years", (self.posts_with - self.posts_without).sum(axis=0) / 12
        for name, months in months_to_payback(self.cost, self.cumulative_net).items():
            yield name, "months", months


def counterfactual(estimated: Estimated, appraisal_perspective: pl.DataFrame, deflator: pl.DataFrame) -> pl.DataFrame:
    """``savings.counterfactual``: posts, saving, cost and what is gained by month, against each alternative."""
    months = estimated.run.plan.months.select("month", "fy") if not estimated.is_empty else None
    rows = [
        months.with_columns(
            pl.Series(column, np.round(values, DECIMALS) + 0.0)
            for column, values in summary(runs, estimated.drawn.effective).items()
        ).with_columns(counterfactual=pl.lit(name), quantity=pl.lit(quantity), unit=pl.lit(unit))
        for name, found in _alternatives(estimated, appraisal_perspective, deflator)
        for quantity, unit, runs in (
            ("posts_with", "posts", found.posts_with),
            ("posts_without", "posts", found.posts_without),
            ("saving_with", "£m", found.saving_with),
            ("saving_without", "£m", found.saving_without),
            ("net", "£m", found.net),
            ("cumulative_net", "£m", found.cumulative_net),
            ("value", "£m", found.value),
        )
    ]
    return as_table(pl.concat(rows) if rows else [], "savings.counterfactual")


def counterfactual_worth(
    estimated: Estimated, appraisal_perspective: pl.DataFrame, deflator: pl.DataFrame
) -> pl.DataFrame:
    """``savings.counterfactual_worth``: what the programme is worth over the horizon, against each alternative."""
    rows = []
    for name, found in _alternatives(estimated, appraisal_perspective, deflator):
        for measure, unit, runs in found.measures():
            effective = estimated.drawn.effective
            kept = {column: round(float(value), DECIMALS) for column, value in summary(runs, effective).items()}
            rows.append(
                {
                    "counterfactual": name,
                    "measure": measure,
                    "unit": unit,
                    "share_of_draws": float(np.isfinite(runs[1:]).mean()),
                    **{column: value if np.isfinite(value) else None for column, value in kept.items()},
                }
            )
    return as_table(rows, "savings.counterfactual_worth")


def _alternatives(
    estimated: Estimated, appraisal_perspective: pl.DataFrame, deflator: pl.DataFrame
) -> Iterator[tuple[str, Alternative]]:
    if estimated.is_empty:
        return
    run, drawn = estimated.run, estimated.drawn
    draws = run.draws(drawn.values)
    simulated, plan = run.run(draws), run.plan
    weights = perspective_weights(appraisal_perspective)[BUDGET]
    prices = Prices.of(run.parameters, draws, plan, latest_deflator(deflator))
    present = prices.discounting[:, None] * (plan.year_of_month @ prices.deflation)
    more = simulated.sizes.more
    # Posts count by the share of the month in which nobody is paid for them, as in the saving.
    gone = {
        body: {way: 12 * plan.saved[body][way].sum(axis=1)[:, None] * more[way] for way in (PAID, UNPAID, VACANT)}
        for body in plan.bodies
    }
    posts_with = sum(sum(ways.values()) for ways in gone.values())
    saving_with = simulated.saving(weights=weights).amounts
    cost = simulated.cost(BASIS, weights=weights).amounts
    nothing = np.zeros_like(cost)
    yield REFILLED, Alternative(posts_with, nothing, cost, saving_with, nothing, present)
    turnover = _turnover(estimated, draws)
    left_by, staff = _left_by(estimated, turnover), _staff(estimated)
    posts_without, saving_without, sooner, saved_sooner = nothing, nothing, nothing, nothing
    for body, ways in gone.items():
        # Nobody is paid to leave, so nobody who was paid comes back.
        of_post = {name: amount for name, amount in simulated.sizes.saving[body].items() if name not in COUNTS}
        a_year = plan.year_of_month @ sum(amount * weights[name] for name, amount in of_post.items())
        a_month = a_year / 12 / GBP_IN_GBP_M
        # As many as the programme closes, and empty posts as in it.
        most = ways[PAID][-1] + ways[UNPAID][-1]
        left = np.minimum(staff[body] * left_by, most)
        posts_without = posts_without + left + ways[VACANT]
        saving_without = saving_without + (left + ways[VACANT] * simulated.sizes.vacant_saved) * a_month
        # Of those who are not paid to leave, as many leave as without the programme.
        unpaid = np.maximum((staff[body] - ways[PAID]) * left_by, ways[UNPAID])
        more_gone = np.minimum(ways[PAID] + unpaid, most) - ways[PAID] - ways[UNPAID]
        sooner, saved_sooner = sooner + more_gone, saved_sooner + more_gone * a_month
    yield ATTRITION, Alternative(posts_with, posts_without, cost, saving_with, saving_without, present)
    posts_with, saving_with = posts_with + sooner, saving_with + saved_sooner
    yield IN_BOTH, Alternative(posts_with, posts_without, cost, saving_with, saving_without, present)


def _turnover(estimated: Estimated, draws: Draws) -> np.ndarray:
    """Share of staff who leave in a year and whose posts can be closed, ``(runs,)``; no evidence moves it."""
    known = prior(estimated.leavers.parameter_value, (TURNOVER, CLOSABLE))
    drawn = known.values(known.streams(int(estimated.parameters.value("draw_seed")), draws.runs - 1))
    of = estimated.parameters.value
    return np.concatenate([[of(TURNOVER) * of(CLOSABLE)], drawn[TURNOVER] * drawn[CLOSABLE]])


def _left_by(estimated: Estimated, turnover: np.ndarray) -> np.ndarray:
    """Share of staff whose posts have been closed as they left, on average over each month, ``(months, runs)``.

    From the month in which the wave of attrition begins; those who stay leave at the same rate.
    """
    begins = estimated.leavers.exit_wave["first_leaving_on"].min()
    months = estimated.run.plan.months["month"]
    since = ((months.dt.year() - begins.year) * 12 + months.dt.month().cast(pl.Int64) - begins.month).to_numpy()
    # The middle of the month stands for it.
    years = np.maximum(since + 1 / 2, 0) / 12
    return 1 - (1 - turnover[None, :]) ** years[:, None]


def _staff(estimated: Estimated) -> Mapping[str, float]:
    """Staff of each kind of body in the count of posts."""
    counted = estimated.leavers.baseline_before_succession.filter("in_post_target")
    return dict(counted.group_by("body", maintain_order=True).agg(pl.col("headcount").sum()).iter_rows())
