"""The programme in every run at once: cost, saving and their sums by month.

In one run an organisation's flow is its share of its body's, and a body's flow in a month is a number of exits or
posts, which draws change only in size, times an amount for each, which differs between runs and pay years alone.
So a flow is a matrix of months and pay years times a matrix of pay years and runs: nothing is ever held by
organisation, month and run, and every organisation is exact.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from nhs_assets.contracts.vocabulary import COST_COMPONENTS, SAVING_COMPONENTS
from nhs_assets.model.cashflow import FIXED, MONTH_OF_FLOW
from nhs_assets.model.draws import KINDS, Draws
from nhs_assets.model.organisations import TARGET_BODIES, target_organisations
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.pay import employer_cost, implied_salary, on_costs, pay_years
from nhs_assets.model.phasing import POSTS, Programme, gone_in_month
from nhs_assets.model.tables import DECIMALS
from nhs_assets.model.unit_cost import COUNTS, POST, REHIRE, RETURN, saving_parts

NATIONAL = "national"
GBP_IN_GBP_M = 1_000_000
DRAWN = (
    POSTS,
    "paid_exit_share",
    "backfill_share",
    "fixed_programme_cost_gbp_m",
    "pay_award_pct",
    "deflator_extension_pct",
    *(f"{kind}_{body}" for kind in KINDS for body in TARGET_BODIES),
    "paid_take_up",
    "unpaid_take_up",
    "non_pay_saving_per_post_gbp",
    "rehire_share",
    "rehire_cost_share",
    "clawback_share_of_award",
    "vacant_post_saved_share",
)
"""Parameters whose uncertainty the simulation includes; the others are taken as known. When people leave, and come
back, is a choice of the scenario."""
PAID, UNPAID, VACANT = "paid", "unpaid", "vacant"
"""How a post goes: by a paid exit, as somebody leaves without a payment, or held by nobody."""
WAYS = {PAID: POST, UNPAID: POST, VACANT: POST, REHIRE: REHIRE, RETURN: RETURN}
"""What is saved, each with what its components count."""

Books = Mapping[str, Mapping[str, np.ndarray]]
"""Who books what: by organisation, its share of each body's flow in each month, ``(months,)`` by body."""
Amounts = Mapping[str, np.ndarray]
"""Pounds by component."""
AwardOfPay = Callable[[np.ndarray, np.ndarray, np.ndarray], Amounts]
"""Mean award and the National Insurance on it, from mean pay, mean service and pay awards so far, all of one shape."""


@dataclass(frozen=True)
class Profile:
    """How many leave, when and where, which draws change only in size.

    Attributes:
        months: the spine: ``month``, ``fy``, ``months_from_base``.
        years: its financial years in order.
        year_of_month: ``(months, years)``: 1 where the month is in the year.
        terms: employer terms by body.
        paid_exits: by accounting basis and body, ``(months, years)``: paid exits by the month in which they count and
            the year whose pay they get.
        gone: posts gone at the end by body, and :data:`PAID`, :data:`UNPAID` or :data:`VACANT`.
        saved: by body and way (:data:`WAYS`), ``(months, years)``: years of a post, or paid exits, that count in the
            month, by pay year. A post counts by the share of the month that it saves; a paid exit that is filled again
            from the lag of returns on; one whose award comes back, in the month it does.
        fixed_share: by body, ``(months,)``: share of the fixed cost.
        books: who books what.
    """

    months: pl.DataFrame
    years: tuple[str, ...]
    year_of_month: np.ndarray
    terms: Mapping[str, str]
    paid_exits: Mapping[str, Mapping[str, np.ndarray]]
    gone: Mapping[str, Mapping[str, float]]
    saved: Mapping[str, Mapping[str, np.ndarray]]
    fixed_share: Mapping[str, np.ndarray]
    books: Books

    @property
    def bodies(self) -> tuple[str, ...]:
        """Kinds of body, in order."""
        return tuple(self.terms)

    def years_left(self, body: str) -> np.ndarray:
        """``(years,)``: whether somebody is paid to leave a body at the pay of that year."""
        return self.paid_exits["cash_paid"][body].any(axis=0)


def profile(programme: Programme) -> Profile:
    """The profile of a scenario, at its values.

    Raises:
        ValueError: if an organisation's exits do not run as those of its body, so that no share would be exact; or if
            nobody is paid to leave.
    """
    # Sums in another order differ in their last digits.
    exits, spine = programme.exits.sort(pl.all()), programme.spine
    lag_months = int(programme.parameters.value("rehire_lag_months"))
    month_saved = programme.parameters.value("leaving_month_saved_share")
    bodies = target_organisations(programme.organisation).select("body", "employer_terms")
    terms = dict(sorted(bodies.unique().iter_rows()))
    counted = {basis: _paid(exits, column, spine, terms) for basis, column in MONTH_OF_FLOW.items()}
    recognised = {body: matrix.sum(axis=1) for body, matrix in counted["accrual"].items()}
    paid_exits = sum(values.sum() for values in recognised.values())
    if not paid_exits:
        raise ValueError("nobody is paid to leave")
    removed, paid, vacant = (gone_in_month(posts, month_saved) for posts in ("removed", PAID, VACANT))
    posts = programme.removed.select("body", "month", paid=paid, vacant=vacant, unpaid=removed - paid - vacant)
    years = tuple(spine["fy"].unique(maintain_order=True))
    year_of_month = (spine["fy"].to_numpy()[:, None] == np.array(years)).astype(float)
    gone, saved = {}, {}
    for body in terms:
        by_month = {way: _by_month(posts.filter(body=body), way, spine) for way in (PAID, UNPAID, VACANT)}
        gone[body] = {way: values[-1] for way, values in by_month.items()}
        by_month[REHIRE] = _later(by_month[PAID], lag_months)
        saved[body] = {way: year_of_month * (values / 12)[:, None] for way, values in by_month.items()}
        saved[body][RETURN] = _later(counted["cash_paid"][body], lag_months)
    return Profile(
        months=spine,
        years=years,
        year_of_month=year_of_month,
        terms=terms,
        paid_exits=counted,
        gone=gone,
        saved=saved,
        fixed_share={body: values / paid_exits for body, values in recognised.items()},
        books=_books(exits, programme.bookings),
    )


@dataclass(frozen=True)
class Sizes:
    """Pounds for each paid exit and pounds a year for each post, by body and component, ``(years, runs)``.

    Attributes:
        exit_cost: of one paid exit.
        saving: of what each saving counts: one post or one paid exit.
        fixed_cost: of the programme, ``(runs,)``.
        more: by way (:data:`WAYS`), how many go over those of the profile, ``(runs,)``.
        vacant_saved: share of its cost that a post saves that nobody held, ``(runs,)``.
    """

    exit_cost: Mapping[str, Amounts]
    saving: Mapping[str, Amounts]
    fixed_cost: np.ndarray
    more: Mapping[str, np.ndarray]
    vacant_saved: np.ndarray

    def saved(self, way: str) -> np.ndarray:
        """What is saved by those that go this way over that of the profile, ``(runs,)``."""
        return self.more[way] * self.vacant_saved if way == VACANT else self.more[way]


def sizes(parameters: ParameterSet, draws: Draws, plan: Profile, award: Mapping[str, AwardOfPay]) -> Sizes:
    """What each exit costs and each post saves in a scenario, in every run; ``award`` is by body."""

    def of(parameter_id: str) -> np.ndarray:
        return draws.of(parameter_id, parameters.value(parameter_id))

    def more(values: np.ndarray) -> np.ndarray:
        return values / values[0] if values[0] else np.ones_like(values)

    index = pay_indices(parameters, draws, plan)
    posts, paid_share = more(of(POSTS)), of("paid_exit_share")
    ni_rate = parameters.value("employer_ni_rate_pct") / 100
    weeks = parameters.value("pay_weeks_per_year")
    years_on = np.arange(len(plan.years))[:, None]
    exit_cost, saving = {}, {}
    for body in plan.bodies:
        rates = on_costs(parameters, plan.terms[body])
        salary = index * implied_salary(of(f"saving_per_post_gbp_{body}"), parameters, rates, np.minimum)
        paid = salary * of(f"leaver_pay_ratio_{body}")
        service = np.broadcast_to(of(f"mean_reckonable_service_years_{body}"), salary.shape)
        # Awards over cells are the slow part, so they are computed only for the years in which people leave.
        leaves = plan.years_left(body)
        of_means = award[body](paid[leaves], service[leaves], index[leaves])
        awarded = {name: _in_years(amount, leaves) for name, amount in of_means.items()}
        notice = awarded.pop("mean_pay") * of(f"notice_weeks_{body}") / weeks
        exit_cost[body] = {
            **awarded,
            "strain_above_entitlement": awarded["severance"] * parameters.value("strain_on_top_share"),
            "pay_in_lieu_of_notice": notice,
            "notice_nic": notice * ni_rate,
            "other_exit_cost": awarded["severance"] * of(f"other_exit_cost_share_{body}"),
        }
        staff = employer_cost(salary, parameters, rates)
        saving[body] = saving_parts(salary, staff, awarded["severance"], years_on, rates, parameters, of)
    paid = posts * more(paid_share) * more(of("paid_take_up"))
    unpaid = posts * more(1 - paid_share) * more(of("unpaid_take_up"))
    vacant = posts * more(of("unpaid_take_up"))
    fixed_cost, vacant_saved = of("fixed_programme_cost_gbp_m") * GBP_IN_GBP_M, of("vacant_post_saved_share")
    by_way = {PAID: paid, UNPAID: unpaid, VACANT: vacant, REHIRE: paid, RETURN: paid}
    return Sizes(exit_cost, saving, fixed_cost, by_way, vacant_saved)


def pay_indices(parameters: ParameterSet, draws: Draws, plan: Profile) -> np.ndarray:
    """Pay relative to the first year, ``(years, runs)``: only the last dated award is uncertain."""
    path = PayPath.of(parameters, plan)
    return path.index(draws.of("pay_award_pct", path.last_award_pct))


@dataclass(frozen=True)
class PayPath:
    """How pay rises from year to year.

    Attributes:
        stated: ``(years,)``: pay relative to the first year at the parameters.
        uncertain_awards: ``(years,)``: how many of the awards so far are the last one dated, or follow it.
        last_award_pct: that award.
    """

    stated: np.ndarray
    uncertain_awards: np.ndarray
    last_award_pct: float

    @classmethod
    def of(cls, parameters: ParameterSet, plan: Profile) -> "PayPath":
        """The path of a scenario."""
        last_from, last_award = parameters.dated("pay_award_pct").row(-1)
        opening = plan.months.group_by("fy", maintain_order=True).agg(pl.col("month").first())["month"]
        awards = np.cumsum((opening >= last_from).to_numpy())
        return cls(pay_years(parameters)["pay_index"].to_numpy(), awards, last_award)

    def index(self, award_pct: np.ndarray) -> np.ndarray:
        """Pay relative to the first year, ``(years, runs)``, where the last award is another, ``(runs,)``."""
        growth = (1 + award_pct / 100) / (1 + self.last_award_pct / 100)
        return self.stated[:, None] * growth[None, :] ** self.uncertain_awards[:, None]


@dataclass(frozen=True)
class Flow:
    """A flow of every run as a product: ``(months, k)`` times ``(k, runs)``, in £ million."""

    shape: np.ndarray
    size: np.ndarray

    @cached_property
    def amounts(self) -> np.ndarray:
        """``(months, runs)``.

        Term by term: most of the shape is zero, and sums in one order give the same bytes on every machine.
        """
        amounts = np.zeros((self.shape.shape[0], self.size.shape[1]))
        part_of_month = np.empty(self.size.shape[1])
        for month, part in zip(*np.nonzero(self.shape), strict=True):
            np.multiply(self.size[part], self.shape[month, part], out=part_of_month)
            amounts[month] += part_of_month
        return amounts


@dataclass(frozen=True)
class Simulated:
    """A scenario in every run.

    Attributes:
        plan: when and where.
        sizes: how much.
    """

    plan: Profile
    sizes: Sizes

    def saving(
        self, organisation: str = NATIONAL, weights: Mapping[str, float] | None = None, *, one_off: bool = True
    ) -> Flow:
        """Saving of an organisation or the nation; ``weights`` by component, each 1 where none are given.

        Without what is ``one_off``, awards that come back are left out.
        """
        weights = dict.fromkeys(SAVING_COMPONENTS, 1.0) if weights is None else weights
        by_body = {}
        for body, ways in self.plan.saved.items():
            size = {
                counts: _weighted(
                    {name: part for name, part in self.sizes.saving[body].items() if COUNTS.get(name, POST) == counts},
                    weights,
                )
                for counts in (POST, REHIRE, RETURN)
            }
            by_body[body] = [
                (months, size[WAYS[way]] * self.sizes.saved(way))
                for way, months in ways.items()
                if one_off or way != RETURN
            ]
        return self._flow(organisation, by_body)

    def cost(self, basis: str, organisation: str = NATIONAL, weights: Mapping[str, float] | None = None) -> Flow:
        """Cost on an accounting basis; as :meth:`saving`."""
        weights = dict.fromkeys(COST_COMPONENTS, 1.0) if weights is None else weights
        plan, sizes = self.plan, self.sizes
        fixed = sizes.fixed_cost[None, :] * weights[FIXED]
        return self._flow(
            organisation,
            {
                body: [
                    (plan.paid_exits[basis][body], _weighted(sizes.exit_cost[body], weights) * sizes.more[PAID]),
                    (plan.fixed_share[body][:, None], fixed),
                ]
                for body in plan.bodies
            },
        )

    def posts(self, body: str) -> np.ndarray:
        """Posts of a body that have gone at the end, ``(runs,)``."""
        return sum(posts * self.sizes.more[way] for way, posts in self.plan.gone[body].items())

    def _flow(self, organisation: str, by_body: Mapping[str, list[tuple[np.ndarray, np.ndarray]]]) -> Flow:
        """Parts of every body, each with what the organisation books of it; parts that are zero are left out."""
        shapes, amounts = [], []
        for body, parts in by_body.items():
            for months, size in parts:
                booked = months
                if organisation != NATIONAL:
                    booked = months * self.plan.books[organisation].get(body, np.zeros(len(months)))[:, None]
                happens = booked.any(axis=0) & size.any(axis=1)
                shapes.append(booked[:, happens])
                amounts.append(size[happens] / GBP_IN_GBP_M)
        return _merged_parts(np.hstack(shapes), np.vstack(amounts))


def net_of(saving: Flow, cost: Flow) -> np.ndarray:
    """Saving less cost, ``(months, runs)``."""
    net = saving.amounts.copy()
    spends = cost.shape.any(axis=1)
    net[spends] -= cost.amounts[spends]
    return net


def proportional_groups(plan: Profile) -> dict[str, tuple[str, float]]:
    """For each organisation a representative with proportional costs, and the ratio.

    Quantiles of one follow from those of the other, so the work is done once for all boards.
    """
    found: dict[str, tuple[str, float]] = {}
    first: dict[str, tuple[str, float]] = {}
    for organisation, shares in plan.books.items():
        (body, booked), *more = shares.items()
        if more or np.ptp(booked):
            found[organisation] = (organisation, 1.0)
            continue
        leader, share = first.setdefault(body, (organisation, booked[0]))
        found[organisation] = (leader, booked[0] / share)
    return found


def _merged_parts(shape: np.ndarray, size: np.ndarray) -> Flow:
    """The same flow with parts that are proportional over the months merged into one."""
    merged: dict[bytes, int] = {}
    shapes, amounts = [], []
    for months, amount in zip(shape.T, size, strict=True):
        peak = months.max()
        # Rounded, so that parts that differ by rounding errors are merged.
        place = merged.setdefault(np.round(months / peak * GBP_IN_GBP_M * GBP_IN_GBP_M).tobytes(), len(shapes))
        if place == len(shapes):
            shapes.append(months / peak)
            amounts.append(amount * peak)
        else:
            amounts[place] = amounts[place] + amount * peak
    return Flow(
        np.array(shapes).T.reshape(len(shape), len(shapes)), np.array(amounts).reshape(len(shapes), size.shape[1])
    )


def _in_years(amount: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Amounts of some years among all of them, zero in the others."""
    found = np.zeros((len(years), amount.shape[1]))
    found[years] = amount
    return found


def _weighted(amounts: Amounts, weights: Mapping[str, float]) -> np.ndarray:
    nothing = np.zeros_like(next(iter(amounts.values())))
    return sum((amount * weights[name] for name, amount in amounts.items() if weights[name]), start=nothing)


def _paid(exits: pl.DataFrame, counted_in: str, spine: pl.DataFrame, bodies: Iterable[str]) -> dict[str, np.ndarray]:
    """Paid exits by month counted and pay year, by body."""
    place = {month: row for row, month in enumerate(spine["month"])}
    pay_year = dict(zip(spine["month"], spine["fy"].rle_id(), strict=True))
    counted = {body: np.zeros((len(spine), spine["fy"].n_unique())) for body in bodies}
    totals = (
        exits.group_by("body", "month", counted=counted_in, maintain_order=True)
        .agg(pl.col("paid_exits").sum())
        .sort(pl.all())
    )
    for body, month, counted_month, paid_exits in totals.iter_rows():
        counted[body][place[counted_month], pay_year[month]] += paid_exits
    return counted


def _by_month(posts: pl.DataFrame, way: str, spine: pl.DataFrame) -> np.ndarray:
    totals = dict(posts.group_by("month", maintain_order=True).agg(pl.col(way).sum()).iter_rows())
    # Subtraction leaves rounding errors when nobody goes without a payment.
    return np.array([totals.get(month, 0.0) for month in spine["month"]]).round(DECIMALS)


def _later(months: np.ndarray, by: int) -> np.ndarray:
    """What happens, the given number of months later; what would fall after the last month is left out."""
    return np.concatenate([np.zeros_like(months[:by]), months[: len(months) - by]])


def _books(exits: pl.DataFrame, bookings: pl.DataFrame) -> dict[str, dict[str, np.ndarray]]:
    """Shares of each body's flow by who books it, month by month."""
    share = _shares_of_body(exits)
    books: dict[str, dict[str, np.ndarray]] = {}
    for (origin,), months in bookings.group_by("origin_ods_code", maintain_order=True):
        if origin in share:
            body, part = share[origin]
            for code in months["ods_code"].unique(maintain_order=True):
                own = (months["ods_code"] == code).to_numpy() * part
                by_body = books.setdefault(code, {})
                by_body[body] = by_body.get(body, 0) + own
    return dict(sorted(books.items()))


def books_of_successors(successor: pl.DataFrame, books: Books) -> Books:
    """What the organisations of now book: their shares of what their predecessors do.

    Args:
        successor: rows of ``workforce.successor``.
        books: of the organisations of then.
    """
    carried: dict[str, dict[str, np.ndarray]] = {}
    for code, follower, share in successor.select("ods_code", "successor_ods_code", "share").sort(pl.all()).iter_rows():
        for body, booked in books.get(code, {}).items():
            by_body = carried.setdefault(follower, {})
            by_body[body] = by_body.get(body, 0) + booked * share
    return dict(sorted(carried.items()))


def _shares_of_body(exits: pl.DataFrame) -> dict[str, tuple[str, float]]:
    """Body and share of its flow of each organisation that loses posts."""
    keys = ["body", "month", "recognised_month"]
    flows = exits.group_by("origin_ods_code", *keys, maintain_order=True).agg(
        pl.col("posts_removed", "paid_exits").sum()
    )
    of_body = flows.group_by(keys, maintain_order=True).agg(
        body_posts=pl.col("posts_removed").sum(), body_paid=pl.col("paid_exits").sum()
    )
    totals = pl.col("posts_removed").sum().over("origin_ods_code") / pl.col("body_posts").sum().over("origin_ods_code")
    # A body that loses no posts in a scenario has no flow to share.
    shares = flows.join(of_body, on=keys, maintain_order="left").with_columns(share=totals.fill_nan(0))
    off = (pl.col("posts_removed") - pl.col("share") * pl.col("body_posts")).abs() + (
        pl.col("paid_exits") - pl.col("share") * pl.col("body_paid")
    ).abs()
    apart = shares.filter(off > 1 / 100)
    if not apart.is_empty():
        names = ", ".join(sorted(set(apart["origin_ods_code"])))
        raise ValueError(f"exits of {names} do not run as those of the body")
    each = shares.select("origin_ods_code", "body", "share").unique(
        "origin_ods_code", keep="first", maintain_order=True
    )
    return {origin: (body, part) for origin, body, part in each.iter_rows()}
