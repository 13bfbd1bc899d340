"""How likely what was published is, piece by piece, for given values of the uncertain parameters.

A *target* is a figure of the programme itself: inside what was published every draw is as likely as any other, outside
it the less likely the further off. A *precedent* is what an exit of a reorganisation cost: its logarithm is normal
around that of what the rules of its day give at the pay, service and notice drawn. No precedent is too dear to count.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

import numpy as np
import polars as pl

from nhs_assets.model.award_surface import AwardSurface
from nhs_assets.model.calendar import BASE_FY
from nhs_assets.model.draws import score_of_p90
from nhs_assets.model.exit_cost import exit_points
from nhs_assets.model.parameters import ParameterSet, RulesOfTheDay
from nhs_assets.model.pay import employer_cost, implied_salary, on_costs
from nhs_assets.model.phasing import POSTS
from nhs_assets.model.scenario_run import Leavers, scenario_run
from nhs_assets.model.simulation import GBP_IN_GBP_M, PAID, REHIRE, UNPAID, VACANT, PayPath, Profile

QUANTITIES = {
    "posts_all": "posts",
    "saving_nhse_at_half": "£m a year",
    "saving_icb_at_half": "£m a year",
    "saving_all": "£m a year",
    "cost_all": "£m",
    "running_cost_icb": "£m a year",
}
"""What can be a target, with its unit, each at the premise of who stated it."""
OF_EVIDENCE = (
    "support_units_share_of_cost",
    "notice_in_reported_cost_share",
    "precedent_spread_pct",
    "board_non_pay_share_of_running_cost",
)
"""Parameters of how evidence is to be read, beside those of the programme."""
BOARDS, NHS_ENGLAND = "icb", "nhse"
_LEAST = 1e-6

Values = Mapping[str, np.ndarray]
"""Values ``(n,)`` by name: of uncertain parameters, and of the quantities of the programme that follow from them."""


@dataclass(frozen=True)
class Piece:
    """A piece of evidence.

    Attributes:
        evidence_id: its name.
        case_id: the case it is of; None for a target.
        low: low end of what was published; minus infinity where there is none.
        high: high end; infinity where there is none.
        unit: of both.
        modelled: what the model says of the same quantity, ``(n,)``.
        log_likelihood: ``(n,)``, up to a constant, of modelled values and parameters.
    """

    evidence_id: str
    case_id: str | None
    low: float
    high: float
    unit: str
    modelled: Callable[[Values], np.ndarray]
    log_likelihood: Callable[[np.ndarray, Values], np.ndarray]

    def is_met(self, modelled: np.ndarray) -> np.ndarray:
        """Whether modelled values lie within what was published."""
        return (modelled >= self.low) & (modelled <= self.high)


@dataclass(frozen=True)
class Quantities:
    """Quantities that targets are about, from parameters alone: as the simulation has them, but for one read-off grid.

    Attributes:
        leavers: the tables.
    """

    leavers: Leavers

    @cached_property
    def parameters(self) -> ParameterSet:
        """What is assumed before the evidence."""
        return ParameterSet(self.leavers.parameter_value)

    @cached_property
    def _plan(self) -> Profile:
        return scenario_run(self.leavers).plan

    @cached_property
    def _pay(self) -> PayPath:
        return PayPath.of(self.parameters, self._plan)

    @cached_property
    def _rules(self) -> "NoticeRules":
        return NoticeRules.of(self.parameters)

    @cached_property
    def _awards(self) -> dict[str, AwardSurface]:
        points = exit_points(self.leavers.cell)
        return {body: self.award(points.filter(body=body), self.parameters) for body in self._plan.bodies}

    def award(self, points: pl.DataFrame, rules: ParameterSet) -> AwardSurface:
        """Awards of one body by the rules of a day."""
        return AwardSurface(points, rules, int(self.parameters.value("award_grid_points")))

    def of(self, values: Values) -> Callable[[str], np.ndarray | float]:
        """A parameter's values ``(n,)``, or its one value where it is not drawn."""
        return lambda name: values[name] if name in values else self.parameters.value(name)

    def all(self, values: Values) -> dict[str, np.ndarray]:
        """Every quantity of :data:`QUANTITIES`, ``(n,)``."""
        of, plan = self.of(values), self._plan
        runs = len(next(iter(values.values())))
        last = int(self.parameters.value("stated_saving_years_on"))
        index = self._pay.index(np.broadcast_to(of("pay_award_pct"), runs))
        more = self._sizes(of)
        posts = {body: sum(gone[way] * more[way] for way in more) for body, gone in plan.gone.items()}
        return {
            "posts_all": sum(posts.values()) + np.zeros(runs),
            "saving_nhse_at_half": self._saving_at_half(
                of, NHS_ENGLAND, self.parameters.value("budgeted_headcount_nhse")
            ),
            "saving_icb_at_half": self._saving_at_half(of, BOARDS, self._heads),
            "saving_all": sum(self._saving(body, of, index[last], last, more) for body in plan.bodies),
            "cost_all": sum(self._cost(body, of, index, more[PAID]) for body in plan.bodies)
            / (1 - of("support_units_share_of_cost")),
            "running_cost_icb": (self._heads - posts[BOARDS])
            * of(f"saving_per_post_gbp_{BOARDS}")
            / (1 - of("board_non_pay_share_of_running_cost"))
            / GBP_IN_GBP_M,
        }

    @cached_property
    def _heads(self) -> float:
        return float(
            self.leavers.baseline_before_succession.filter(pl.col("in_post_target") & (pl.col("body") == BOARDS))[
                "headcount"
            ].sum()
        )

    def _sizes(self, of: Callable) -> dict[str, np.ndarray]:
        """Posts gone over those of the plan, by the way they go."""
        share, planned = of("paid_exit_share"), self.parameters.value("paid_exit_share")
        posts = of(POSTS) / self.parameters.value(POSTS)
        paid = posts * of("paid_take_up") / self.parameters.value("paid_take_up")
        unpaid = posts * of("unpaid_take_up") / self.parameters.value("unpaid_take_up")
        return {PAID: paid * share / planned, UNPAID: unpaid * (1 - share) / (1 - planned), VACANT: unpaid}

    def _saving_at_half(self, of: Callable, body: str, heads: float) -> np.ndarray:
        half = self.parameters.value("stated_cut_share_pct") / 100
        return heads * half * of(f"saving_per_post_gbp_{body}") / GBP_IN_GBP_M

    def _saving(
        self, body: str, of: Callable, index: np.ndarray, year: int, more: Mapping[str, np.ndarray]
    ) -> np.ndarray:
        """Recurring saving of a body in a year, less what is spent again."""
        rates = on_costs(self.parameters, self._plan.terms[body])
        salary = index * implied_salary(of(f"saving_per_post_gbp_{body}"), self.parameters, rates, np.minimum)
        a_post = employer_cost(salary, self.parameters, rates)
        saved = {way: float(months[:, year].sum()) for way, months in self._plan.saved[body].items()}
        posts = saved[PAID] * more[PAID] + saved[UNPAID] * more[UNPAID]
        posts = posts + saved[VACANT] * more[VACANT] * of("vacant_post_saved_share")
        again = saved[REHIRE] * more[PAID] * of("rehire_share") * of("rehire_cost_share")
        return a_post * (posts * (1 - of("backfill_share")) - again) / GBP_IN_GBP_M

    def _cost(self, body: str, of: Callable, index: np.ndarray, paid: np.ndarray) -> np.ndarray:
        """What the exits of a body cost."""
        rates = on_costs(self.parameters, self._plan.terms[body])
        salary = implied_salary(of(f"saving_per_post_gbp_{body}"), self.parameters, rates, np.minimum)
        exits = self._plan.paid_exits["cash_paid"][body].sum(axis=0)
        (years,) = np.nonzero(exits)
        each = exit_cost(body, self._awards[body], self._rules, of, salary * index[years])
        return (each * exits[years, None]).sum(axis=0) * paid / GBP_IN_GBP_M


@dataclass(frozen=True)
class NoticeRules:
    """What a week of notice costs over a year's pay, and with the tax on it."""

    weeks_of_year: float
    with_tax: float

    @classmethod
    def of(cls, rules: ParameterSet) -> "NoticeRules":
        """By the rules of a day."""
        return cls(rules.value("pay_weeks_per_year"), 1 + rules.value("employer_ni_rate_pct") / 100)


def exit_cost(
    body: str,
    award: AwardSurface,
    rules: NoticeRules,
    of: Callable,
    post_pay: np.ndarray,
    notice_counted: np.ndarray | float = 1.0,
) -> np.ndarray:
    """What one paid exit of a body costs on average, pounds ``(..., n)``, where its posts are paid ``post_pay``."""
    pay = post_pay * of(f"leaver_pay_ratio_{body}")
    payment, tax = award(pay, of(f"mean_reckonable_service_years_{body}"))
    notice = pay * of(f"notice_weeks_{body}") / rules.weeks_of_year * rules.with_tax * notice_counted
    return payment * (1 + of(f"other_exit_cost_share_{body}")) + tax + notice


def pieces(
    quantities: Quantities, calibration_target: pl.DataFrame, backtest_case: pl.DataFrame, deflator: pl.DataFrame
) -> list[Piece]:
    """Every piece of evidence, targets first, each in order of names."""
    tolerance = quantities.parameters.value("about_tolerance_pct") / 100 / score_of_p90()
    found = [_target(row, tolerance) for row in calibration_target.sort("target_id").iter_rows(named=True)]
    for case in backtest_case.sort("case_id").iter_rows(named=True):
        found += _precedents(case, quantities, deflator)
    return found


def _target(row: Mapping, tolerance: float) -> Piece:
    low = -np.inf if row["target_low"] is None else row["target_low"]
    high = np.inf if row["target_high"] is None else row["target_high"]

    def log_likelihood(modelled: np.ndarray, _: Values) -> np.ndarray:
        below, above = np.maximum(low - modelled, 0), np.maximum(modelled - high, 0)
        off = np.where(below > 0, below / (low if np.isfinite(low) else 1), above / (high if np.isfinite(high) else 1))
        return -((off / tolerance) ** 2) / 2

    quantity = row["quantity"]
    return Piece(row["target_id"], None, low, high, QUANTITIES[quantity], itemgetter(quantity), log_likelihood)


def _precedents(case: Mapping, quantities: Quantities, deflator: pl.DataFrame) -> list[Piece]:
    """The cost of an exit of a case, and the share of its leavers who came back, as far as they are known."""
    found = []
    spread_of_exits = 0.0
    if case["mean_severance_gbp"] is not None:
        each = float(case["mean_severance_gbp"])
    elif case["severance_gbp_m"] is not None:
        each = float(case["severance_gbp_m"]) * GBP_IN_GBP_M / case["exits"]
        spread_of_exits = float(np.log(case["exits_high"] / case["exits_low"])) / (2 * score_of_p90())
    else:
        each = None
    if each is not None:
        cost = CaseCost(case, quantities, deflator)
        found.append(_precedent(case["case_id"], "exit_cost", each, "£ an exit", cost, spread_of_exits))
    if case["rehired_share"] is not None:
        came_back = itemgetter("rehire_share")
        found.append(_precedent(case["case_id"], "rehired", case["rehired_share"], "share", came_back, 0.0))
    return found


def _precedent(
    case_id: str, what: str, reported: float, unit: str, modelled: Callable[[Values], np.ndarray], own_spread: float
) -> Piece:
    def log_likelihood(values_modelled: np.ndarray, values: Values) -> np.ndarray:
        variance = spread_of_precedents(values) ** 2 + own_spread**2
        # A share may be zero, whose logarithm would be no number.
        ratio = np.maximum(values_modelled / reported, _LEAST)
        return -(np.log(ratio) ** 2) / variance / 2 - np.log(variance) / 2

    return Piece(f"{case_id}_{what}", case_id, reported, reported, unit, modelled, log_likelihood)


def spread_of_precedents(values: Values) -> np.ndarray:
    """Standard deviation of the logarithm of what an exit costs, between reorganisations, ``(n,)``."""
    return np.log1p(values["precedent_spread_pct"] / 100) / score_of_p90()


class CaseCost:
    """What one exit of a case costs by the rules of its day, as far as its reports count it.

    Args:
        case: a row of ``raw.backtest_case``.
        quantities: of the programme, whose leavers the case's are like.
        deflator: rows of one vintage; takes pay back to the year of the case.

    Raises:
        ValueError: if the deflator does not cover the year of the case.
    """

    def __init__(self, case: Mapping, quantities: Quantities, deflator: pl.DataFrame) -> None:
        self.body, self._quantities = case["body"], quantities
        self.rules = RulesOfTheDay(quantities.leavers.parameter_value, case["rules_on"])
        self._notice = NoticeRules.of(self.rules)
        self.pay_factor = price_index(deflator, case["fy"]) / price_index(deflator, BASE_FY)
        points = exit_points(quantities.leavers.cell).filter(body=self.body)
        self.employer_terms = points["employer_terms"].item(0)
        self._award = quantities.award(points, self.rules)

    def __call__(self, values: Values) -> np.ndarray:
        """Pounds, ``(n,)``; of notice and the tax on it the share that reports include."""
        of = self._quantities.of(values)
        counted = of("notice_in_reported_cost_share")
        return exit_cost(self.body, self._award, self._notice, of, self.salary(of), counted)

    def salary(self, of: Callable) -> np.ndarray:
        """Pay of the body's posts in the year of the case, pounds, ``(n,)``."""
        parameters = self._quantities.parameters
        rates = on_costs(parameters, self.employer_terms)
        return implied_salary(of(f"saving_per_post_gbp_{self.body}"), parameters, rates, np.minimum) * self.pay_factor

    def notice_share(self, weeks: float) -> float:
        """Notice and the tax on it over a year's pay."""
        return weeks / self._notice.weeks_of_year * self._notice.with_tax


def price_index(deflator: pl.DataFrame, fy: str) -> float:
    """The index of a year in rows of one vintage."""
    of_year = deflator.filter(fy=fy)["index_value"]
    if of_year.is_empty():
        raise ValueError(f"the deflator does not cover {fy}, the year of a back-test case")
    return of_year.item()
