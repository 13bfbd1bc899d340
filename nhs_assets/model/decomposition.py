"""The nation's deterministic cash flow taken apart: what leaves when, times what each exit costs and each post saves.

The model on a page: the same steps as a scenario of :mod:`nhs_assets.model.scenario`, rounded where it rounds, for
places that cannot run it, such as a spreadsheet. What it costs to leave and what a post saves are read from the model
(:class:`UnitAmounts`); all else follows from the numbers in :data:`SETTABLE`.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from nhs_assets.contracts.vocabulary import COST_COMPONENTS, PAID_STREAMS, SAVING_COMPONENTS
from nhs_assets.model.cashflow import FIXED
from nhs_assets.model.exit_cost import exit_point
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.pay import LEVY
from nhs_assets.model.phasing import POSTS, VACANT, Programme, departing
from nhs_assets.model.scenario import Scenario
from nhs_assets.model.simulation import GBP_IN_GBP_M
from nhs_assets.model.unit_cost import POST, REHIRE, RETURN, saving_components, unit_cost

MIXED_STREAM = "mixed"
"""The stream of those who leave by either way together."""
PARTS_TAKEN = ("posts_part_dhsc", "posts_part_nhse")
SETTABLE = (
    POSTS,
    *PARTS_TAKEN,
    "paid_exit_share",
    "paid_take_up",
    "unpaid_take_up",
    "leaving_slip_months",
    "leaving_month_saved_share",
    "vacant_post_saved_share",
    "backfill_share",
    "rehire_share",
    "rehire_cost_share",
    "rehire_lag_months",
    "clawback_share_of_award",
    "fixed_programme_cost_gbp_m",
)
"""Parameters that change how many leave and when, and what share is saved; all others change the unit amounts."""
EXIT_COSTS = tuple(component for component in COST_COMPONENTS if component != FIXED)
"""Costs of one exit."""
SPENT_AGAIN = {
    "backfill": POST,
    "backfill_employer_taxes": POST,
    "rehire_leakage": REHIRE,
    "rehire_employer_taxes": REHIRE,
    "clawback": RETURN,
}
"""Savings whose amount is a settable share of another one, with what they count."""
SAVED = tuple(component for component in SAVING_COMPONENTS if component not in SPENT_AGAIN)
TAXES, BEFORE_TAXES, AWARD = "taxes", "before_taxes", "award"
"""What the shares are of: taxes on a post, its cost without them, the award of an exit."""


@dataclass(frozen=True)
class UnitAmounts:
    """Pounds by body and pay year.

    Attributes:
        cost: of one exit by component of :data:`EXIT_COSTS`.
        saving: of one post a year by component of :data:`SAVED`, and :data:`TAXES`, :data:`BEFORE_TAXES` and
            :data:`AWARD`.
    """

    cost: Mapping[str, Mapping[str, np.ndarray]]
    saving: Mapping[str, Mapping[str, np.ndarray]]


@dataclass(frozen=True)
class Wave:
    """A wave of departures before it slips: its share of all posts, and months from approval to its first day."""

    wave_id: str
    stream: str
    first: date
    last: date
    share: float
    lead_months: int


@dataclass(frozen=True)
class Spine:
    """What no setting changes.

    Attributes:
        months: first days of the months.
        pay_year: of each month, the place of its financial year among ``years``.
        posts: stated posts to go by body.
        stated_posts: the parameter that they are stated for.
    """

    months: tuple[date, ...]
    pay_year: np.ndarray
    years: tuple[str, ...]
    posts: Mapping[str, float]
    stated_posts: float


@dataclass(frozen=True)
class WaveMonth:
    """One wave in one month: who goes, and what that costs in whole pounds, by component and of the fixed cost."""

    wave: Wave
    month: int
    recognised: int
    share: float
    paid: Mapping[str, float]
    unpaid: Mapping[str, float]
    cost: Mapping[str, float]
    fixed_cost: float


@dataclass(frozen=True)
class DecomposedFlows:
    """The cash flow of one setting, whole pounds ``(months,)`` by component.

    Attributes:
        leaving: what happens wave by wave and month by month.
        posts: by body, posts gone that count as saved in the month.
        rehired: by body, paid exits that count in the month, before the lag of returns.
        returned: by body, paid exits of the month.
    """

    leaving: Sequence[WaveMonth]
    posts: Mapping[str, np.ndarray]
    rehired: Mapping[str, np.ndarray]
    returned: Mapping[str, np.ndarray]
    accrual: Mapping[str, np.ndarray]
    cash_paid: Mapping[str, np.ndarray]
    saving: Mapping[str, np.ndarray]


def spine_of(nation: Programme) -> Spine:
    """The spine of a programme from :func:`nhs_assets.model.scenario.national`."""
    months = nation.spine
    posts = nation.staffed.sort("body").select("body", "posts_removed_target")
    return Spine(
        months=tuple(months["month"]),
        pay_year=months["fy"].rle_id().to_numpy().astype(int),
        years=tuple(months["fy"].unique(maintain_order=True)),
        posts=dict(posts.iter_rows()),
        stated_posts=nation.parameters.value(POSTS),
    )


def unit_amounts(nation: Programme, parameters: ParameterSet, points: pl.DataFrame) -> UnitAmounts:
    """What an exit costs and a post saves under some parameters."""
    found = unit_cost(parameters, nation.organisation, exit_point(parameters, nation.organisation, points))
    strain = pl.col("severance_gbp").cast(pl.Float64) * parameters.value("strain_on_top_share")
    costs = found.with_columns(
        strain_above_entitlement_gbp=pl.col("strain_above_entitlement_gbp").cast(pl.Float64) + strain
    ).select("fy", "body", **{name: pl.col(f"{name}_gbp").cast(pl.Float64) for name in EXIT_COSTS})
    parts = saving_components(parameters, found).pivot("component", index=["fy", "body"], values="annual_gbp")
    amounts = found.select(
        "fy",
        "body",
        whole=pl.col("saving_per_post_gbp").cast(pl.Float64),
        **{AWARD: pl.col("severance_gbp").cast(pl.Float64)},
    )
    savings = (
        parts.select("fy", "body", *SAVED)
        .join(amounts, on=["fy", "body"])
        .with_columns((pl.col("employer_nic") + pl.col(LEVY)).alias(TAXES))
        .with_columns((pl.col("whole") - pl.col(TAXES)).alias(BEFORE_TAXES))
    )
    return UnitAmounts(
        *(
            {
                body: {name: rows[name].to_numpy() for name in names}
                for (body,), rows in table.sort("body", "fy").group_by("body", maintain_order=True)
            }
            for table, names in ((costs, EXIT_COSTS), (savings, (*SAVED, TAXES, BEFORE_TAXES, AWARD)))
        )
    )


def waves_of(nation: Programme, scenario: Scenario) -> tuple[Wave, ...]:
    """The waves of a scenario, by name."""
    columns = ("wave_id", "stream", "first_leaving_on", "last_leaving_on", "share_of_target", "recognition_lead_months")
    waves = departing(nation.exit_wave, scenario.departures).sort("wave_id").select(columns)
    return tuple(Wave(*row) for row in waves.iter_rows())


def decomposed(spine: Spine, units: UnitAmounts, waves: Sequence[Wave], values: Mapping[str, float]) -> DecomposedFlows:
    """The cash flow of one setting.

    Args:
        spine: what no setting changes.
        units: pounds for each exit and post.
        waves: who leaves when; they ramp as their own table has them.
        values: every parameter of :data:`SETTABLE`.

    Raises:
        ValueError: if nobody is paid to leave, or a wave leaves or is recognised outside the months.
    """
    going = list(_wave_months(spine, waves, values))
    fixed = _shared_out(spine, going, values["fixed_programme_cost_gbp_m"] * GBP_IN_GBP_M)
    leaving = [
        WaveMonth(*going_now, cost=_costs_of_leaving(spine, units, going_now), fixed_cost=pounds)
        for going_now, pounds in zip(going, fixed, strict=True)
    ]
    bases = {
        basis: {name: np.zeros(len(spine.months)) for name in COST_COMPONENTS} for basis in ("accrual", "cash_paid")
    }
    for row in leaving:
        for name, pounds in row.cost.items():
            bases["accrual"][name][row.recognised] += pounds
            bases["cash_paid"][name][row.month] += pounds
        for basis in bases.values():
            basis[FIXED][row.recognised] += row.fixed_cost
    posts, rehired, returned = _gone_by_month(spine, leaving, values)
    saving = _savings_by_month(spine, units, posts, rehired, returned, values)
    return DecomposedFlows(leaving, posts, rehired, returned, **bases, saving=saving)


def posts_to_go(spine: Spine, values: Mapping[str, float]) -> dict[str, float]:
    """Posts to go by body."""
    parts = {name.removeprefix("posts_part_"): values[name] for name in PARTS_TAKEN}
    taken = {body: posts * parts.get(body, 1.0) for body, posts in spine.posts.items()}
    more = values[POSTS] / spine.stated_posts * sum(spine.posts.values()) / sum(taken.values())
    return {body: posts * more for body, posts in taken.items()}


def paid_and_unpaid(waves: Sequence[Wave], values: Mapping[str, float]) -> list[tuple[float, float]]:
    """Each wave's paid and unpaid share of all posts."""
    paid_share = values["paid_exit_share"]
    total = {True: 0.0, False: 0.0}
    for wave in waves:
        if wave.stream not in (MIXED_STREAM, VACANT):
            total[wave.stream in PAID_STREAMS] += wave.share
    routes = []
    for wave in waves:
        if wave.stream == MIXED_STREAM:
            route = wave.share * paid_share, wave.share * (1 - paid_share)
        elif wave.stream == VACANT:
            route = 0.0, wave.share
        elif wave.stream in PAID_STREAMS:
            route = wave.share * (paid_share * sum(total.values()) / total[True]), 0.0
        else:
            route = 0.0, wave.share * ((1 - paid_share) * sum(total.values()) / total[False])
        routes.append((route[0] * values["paid_take_up"], route[1] * values["unpaid_take_up"]))
    return routes


class _Going(NamedTuple):
    wave: Wave
    month: int
    recognised: int
    share: float
    paid: dict[str, float]
    unpaid: dict[str, float]


def _wave_months(spine: Spine, waves: Sequence[Wave], values: Mapping[str, float]) -> Iterator[_Going]:
    """Who goes, by wave and month."""
    targets = posts_to_go(spine, values)
    starts = spine.months[0].year * 12 + spine.months[0].month
    for wave, (paid, unpaid) in zip(waves, paid_and_unpaid(waves, values), strict=True):
        slip = int(values["leaving_slip_months"]) if wave.stream in (*PAID_STREAMS, MIXED_STREAM) else 0
        first, last = _months_later(wave.first, slip), _months_later(wave.last + timedelta(1), slip) - timedelta(1)
        days = (last - first).days + 1
        opens = first.year * 12 + first.month - starts
        closes = last.year * 12 + last.month - starts
        if opens < 0 or closes >= len(spine.months) or opens - wave.lead_months < 0:
            raise ValueError(f"wave {wave.wave_id} leaves or is recognised outside the months")
        for month in range(opens, closes + 1):
            begins = spine.months[month]
            before = (max(first, begins) - first).days
            after = (min(last, _months_later(begins, 1) - timedelta(1)) - first).days + 1
            share = after / days - before / days
            recognised = (month if wave.stream == MIXED_STREAM else opens) - wave.lead_months
            yield _Going(
                wave,
                month,
                recognised,
                share,
                {body: posts * (paid * share) for body, posts in targets.items()},
                {body: posts * (unpaid * share) for body, posts in targets.items()},
            )


def _costs_of_leaving(spine: Spine, units: UnitAmounts, going: _Going) -> dict[str, float]:
    year, paid = spine.pay_year[going.month], going.paid
    return {name: sum(round(paid[body] * units.cost[body][name][year]) for body in paid) for name in EXIT_COSTS}


def _shared_out(spine: Spine, going: Sequence[_Going], fixed_gbp: float) -> list[float]:
    """The fixed cost shared over paid exits, in whole pounds that add up to it, in the order of the model."""
    order = sorted(range(len(going)), key=lambda place: (going[place].month, going[place].wave.wave_id))
    whole = sum(row.paid[body] for body in spine.posts for row in going)
    if not whole:
        raise ValueError("nobody is paid to leave")
    so_far, spent = 0.0, 0
    shared = [0.0] * len(going)
    for body in spine.posts:
        for place in order:
            so_far += going[place].paid[body]
            spends = round(so_far / whole * fixed_gbp)
            shared[place] += spends - spent
            spent = spends
    return shared


def _gone_by_month(spine: Spine, leaving: Sequence[WaveMonth], values: Mapping[str, float]) -> tuple[dict, dict, dict]:
    """By body and month: posts that count as saved, paid exits gone, and paid exits of the month."""
    saved_share, unspent = values["leaving_month_saved_share"], 1 - values["vacant_post_saved_share"]
    posts, rehired, returned = {}, {}, {}
    for body in spine.posts:
        going = {kind: np.zeros(len(spine.months)) for kind in ("all", "paid", "vacant")}
        for row in leaving:
            going["all"][row.month] += row.paid[body] + row.unpaid[body]
            going["paid"][row.month] += row.paid[body]
            if row.wave.stream == VACANT:
                going["vacant"][row.month] += row.unpaid[body]
        counted = {}
        for kind, flow in going.items():
            after = np.cumsum(flow)
            before = np.concatenate([[0.0], after[:-1]])
            counted[kind] = before + (after - before) * saved_share
        posts[body] = counted["all"] - counted["vacant"] * unspent
        rehired[body], returned[body] = counted["paid"], going["paid"]
    return posts, rehired, returned


def _savings_by_month(
    spine: Spine, units: UnitAmounts, posts: Mapping, rehired: Mapping, returned: Mapping, values: Mapping[str, float]
) -> dict[str, np.ndarray]:
    lag, year = int(values["rehire_lag_months"]), spine.pay_year
    shares = shares_spent_again(values)
    found = {name: np.zeros(len(spine.months)) for name in SAVING_COMPONENTS}
    for body in spine.posts:
        amount = units.saving[body]
        for name in SAVED:
            found[name] += np.round(posts[body] * amount[name][year] / 12)
        for name, counts in SPENT_AGAIN.items():
            share, of = shares[name]
            each = share * amount[of][year]
            if counts == POST:
                found[name] += np.round(posts[body] * each / 12)
            elif counts == REHIRE:
                found[name][lag:] += np.round(rehired[body][: len(year) - lag] * each[lag:] / 12)
            else:
                found[name][lag:] += np.round(returned[body] * each)[: len(year) - lag]
    return found


def shares_spent_again(values: Mapping[str, float]) -> dict[str, tuple[float, str]]:
    """By component of :data:`SPENT_AGAIN` the share, with its sign, and what it is a share of."""
    refilled, rehired = values["backfill_share"], values["rehire_share"]
    spent_again = rehired * values["rehire_cost_share"]
    return {
        "backfill": (-refilled, BEFORE_TAXES),
        "backfill_employer_taxes": (-refilled, TAXES),
        "rehire_leakage": (-spent_again, BEFORE_TAXES),
        "rehire_employer_taxes": (-spent_again, TAXES),
        "clawback": (rehired * values["clawback_share_of_award"], AWARD),
    }


def _months_later(day: date, months: int) -> date:
    """The same day some months later, or the last of a shorter month."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
