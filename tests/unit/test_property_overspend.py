"""However much is moved between years, and however it is taken back, the account of the overspend balances."""

import itertools
import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.contracts.vocabulary import INTERPRETATIONS
from tests.unit.table_inputs import (
    any_source,
    broken,
    few,
    financial_year,
    money,
    parameters,
    ranges,
    run_all,
    run_sql,
    shares,
    table,
    vintages,
)

pytestmark = pytest.mark.unit

TENTH = Decimal("0.1")
FIRST_YEAR = 2025
BASE_FY = financial_year(FIRST_YEAR)
VINTAGES = {
    "spring_2025_03": date(2025, 3, 26),
    "sr_2025_06": date(2025, 6, 11),
    "press_2025_11": date(2025, 11, 13),
    "budget_2025_11": date(2025, 11, 26),
    "obr_2026_03": date(2026, 3, 3),
}
KNOWN_AS = {"press_overspend": "press_2025_11", "official_reprofile": "budget_2025_11"}
SCENARIOS = ("best_estimate", "other")
RATIO = "operations_per_gbp_1000m"
ACCOUNT = ("settlement.price_index", "overspend.recoup_profile", "overspend.ledger")


@dataclass(frozen=True)
class Account:
    """An advance under both readings, ways to take it back, and the tables that they are worked out from."""

    inputs: dict[str, pl.DataFrame]
    years: range

    def drawn(self, interpretation: str) -> dict[str, Decimal]:
        moved = self.inputs["overspend.instrument"].filter(interpretation=interpretation)
        return {fy: max(delta, Decimal(0)) for fy, delta in moved.select("fy", "delta_gbp_m").iter_rows()}

    def price(self, fy: str) -> float:
        """How many pounds of the base year a pound of the year is worth."""
        index = dict(self.inputs["settlement.deflator"].select("fy", "index_value").iter_rows())
        return index[BASE_FY] / index[fy]


@st.composite
def instruments(draw: st.DrawFn, interpretation: str, years: range) -> list[dict]:
    """Drawn in the first year and perhaps the second, given back to the last tenth of a million in the others."""
    drawing = draw(st.integers(1, min(2, len(years) - 1)))
    drawn = [draw(money(1, 3_000, TENTH)) for _ in range(drawing)]
    tenths = int(sum(drawn) / TENTH)
    cuts = sorted(draw(st.integers(0, tenths)) for _ in range(len(years) - drawing - 1))
    given_back = [-(high - low) * TENTH for low, high in itertools.pairwise([0, *cuts, tenths])]
    return [
        {
            "interpretation": interpretation,
            "fy": financial_year(year),
            "vintage_id": KNOWN_AS[interpretation],
            "low_gbp_m": delta,
            "delta_gbp_m": delta,
            "high_gbp_m": delta,
            "price_basis": "cash",
        }
        for year, delta in zip(years, [*drawn, *given_back], strict=True)
    ]


@st.composite
def profiles(draw: st.DrawFn, years: range) -> list[dict]:
    """One or two profiles whose shares sum to one and fall after the years of drawing, and one that takes nothing."""
    stated = [
        {"profile_id": f"stated_{number}", "fy": financial_year(year), "share": share}
        for number in range(draw(st.integers(1, 2)))
        for year, share in zip(years, draw(shares(len(years))), strict=True)
    ]
    return [*stated, {"profile_id": "never", "fy": financial_year(years[0]), "share": 0.0}]


@st.composite
def cash_flows(draw: st.DrawFn, years: range) -> list[dict]:
    """Cost and saving in one month of each year, by scenario and accounting basis."""
    return [
        {
            "scenario_id": scenario,
            "accounting_basis": basis,
            "ods_code": "QYG",
            "month": date(year, month, 1),
            "fy": financial_year(year),
            "cost_gbp_m": (cost := draw(money(0, 1_000))),
            "saving_gbp_m": (saving := draw(money(0, 1_500))),
            "net_gbp_m": saving - cost,
        }
        for scenario in SCENARIOS
        for basis in ("accrual", "cash_paid")
        for year in years
        for month in draw(st.sampled_from([[6], [4, 12]]))
    ]


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    years = range(FIRST_YEAR, FIRST_YEAR + draw(st.integers(3, 5)))
    index = draw(st.floats(80, 120))
    prices = [index := index * draw(st.floats(0.97, 1.1)) for _ in years]
    planned = {
        "spring_2025_03": years,
        "sr_2025_06": years,
        "budget_2025_11": years[: draw(st.sampled_from([None, -1]))],
        "obr_2026_03": years,
    }
    return Account(
        {
            "evidence.source": any_source(),
            "evidence.vintage": vintages(VINTAGES),
            "evidence.parameter_value": parameters(
                recoup_cap_share_of_saving=draw(st.floats(0, 1)),
                discount_rate_real_pct=draw(st.sampled_from([0.0, 1.5, 3.5, 10.0])),
                operations_per_gbp_1000m=(110_000, 115_000, draw(st.integers(115_000, 200_000))),
                stated_annual_saving_gbp_m=draw(st.integers(1, 2_000)),
                stated_saving_years_on=draw(st.integers(1, len(years) - 1)),
            ),
            "settlement.plan": table(
                "settlement.plan",
                [
                    {
                        "vintage_id": vintage,
                        "fy": financial_year(year),
                        "line_id": "dhsc_rdel",
                        "amount_gbp_m": draw(money(150_000, 250_000, TENTH)),
                        "known_from": VINTAGES[vintage],
                    }
                    for vintage, held in planned.items()
                    for year in held
                ],
            ),
            "settlement.deflator": table(
                "settlement.deflator",
                [
                    {
                        "vintage_id": "obr_2026_03",
                        "fy": financial_year(year),
                        "index_value": value,
                        "known_from": VINTAGES["obr_2026_03"],
                    }
                    for year, value in zip(years, prices, strict=True)
                ],
            ),
            "savings.cashflow_month": table("savings.cashflow_month", draw(cash_flows(years))),
            "overspend.instrument": table(
                "overspend.instrument", [row for name in INTERPRETATIONS for row in draw(instruments(name, years))]
            ),
            "raw.recoup_profile": table("raw.recoup_profile", draw(profiles(years[2:]))),
        },
        years,
    )


def by_profile(frame: pl.DataFrame) -> dict[tuple[str, str], list[dict]]:
    """Rows by reading and profile, in the order of the years."""
    groups = defaultdict(list)
    for row in frame.sort("fy").iter_rows(named=True):
        groups[row["interpretation"], row["profile_id"]].append(row)
    return groups


@few
@given(account=accounts())
def test_o6_shares_sum_to_one_and_the_capped_profile_takes_the_balance_or_the_cap(account: Account) -> None:
    tables = run_all(ACCOUNT[:2], account.inputs)
    cap = account.inputs["evidence.parameter_value"].filter(parameter_id="recoup_cap_share_of_saving")["value"].item()
    net = dict(
        account.inputs["savings.cashflow_month"]
        .filter(scenario_id="best_estimate", accounting_basis="accrual")
        .group_by("fy")
        .agg(pl.col("net_gbp_m").sum())
        .iter_rows()
    )
    for (interpretation, profile), rows in by_profile(tables["overspend.recoup_profile"]).items():
        assert [row["fy"] for row in rows] == [financial_year(year) for year in account.years]
        total = sum(row["share"] for row in rows)
        if not rows[0]["leaves_balance"]:
            assert math.isclose(total, 1, abs_tol=1e-9)
        assert total <= 1 + 1e-9
        if profile == "savings_capped":
            drawn = account.drawn(interpretation)
            balance = 0.0
            for place, row in enumerate(rows):
                balance += float(drawn[row["fy"]])
                recouped = min(balance, cap * max(float(net[row["fy"]]), 0)) if place else 0.0
                balance -= recouped
                assert math.isclose(row["share"] * float(sum(drawn.values())), recouped, abs_tol=1e-4)
    assert not broken(tables, "overspend.profile_shares_sum_to_one")


@few
@given(account=accounts())
def test_o1_o2_o3_ledger_balances_never_falls_below_nil_and_closes_at_nil(account: Account) -> None:
    tables = run_all(ACCOUNT, account.inputs)
    leaves = {key: rows[0]["leaves_balance"] for key, rows in by_profile(tables["overspend.recoup_profile"]).items()}
    for basis in ("cash", "real"):
        ledger = by_profile(tables["overspend.ledger"].filter(price_basis=basis))
        assert set(ledger) == set(leaves)
        for (interpretation, profile), rows in ledger.items():
            closing = Decimal(0)
            for row, (fy, drawn) in zip(rows, account.drawn(interpretation).items(), strict=True):
                assert (row["fy"], row["opening_gbp_m"]) == (fy, closing)
                closing += row["drawn_gbp_m"] - row["recouped_gbp_m"]
                assert row["closing_gbp_m"] == closing
                if basis == "cash":
                    assert row["drawn_gbp_m"] == drawn
                    assert closing >= 0
                else:
                    assert math.isclose(row["drawn_gbp_m"], float(drawn) * account.price(fy), abs_tol=1e-6)
            if basis == "cash" and not leaves[interpretation, profile]:
                assert closing == 0
    assert not broken(
        tables,
        "overspend.ledger_balances",
        "overspend.ledger_closes_at_zero",
        "overspend.ledger_follows_instrument",
        "overspend.ledger_never_below_zero",
    )


@few
@given(account=accounts())
def test_o4_o5_no_new_money_in_cash_and_real_and_present_value_are_told_as_they_are(account: Account) -> None:
    tables = run_all([*ACCOUNT, "overspend.neutrality"], account.inputs)
    rate = account.inputs["evidence.parameter_value"].filter(parameter_id="discount_rate_real_pct")["value"].item()
    neutrality = {
        (row["interpretation"], row["profile_id"], row["test"]): row
        for row in tables["overspend.neutrality"].iter_rows(named=True)
    }
    leaves = {key: rows[0]["leaves_balance"] for key, rows in by_profile(tables["overspend.recoup_profile"]).items()}
    assert set(neutrality) == {(*key, test) for key in leaves for test in ("cash", "real", "present_value")}
    for (*key, test), row in neutrality.items():
        assert row["sum_gbp_m"] == row["drawn_gbp_m"] - row["recouped_gbp_m"]
        assert row["passes"] == (abs(row["sum_gbp_m"]) <= row["tolerance_gbp_m"])
        if test == "cash" and not leaves[tuple(key)]:
            assert row["sum_gbp_m"] == 0
    for key, rows in by_profile(tables["overspend.ledger"].filter(price_basis="cash")).items():
        for kind in ("drawn_gbp_m", "recouped_gbp_m"):
            assert math.isclose(neutrality[*key, "cash"][kind], sum(row[kind] for row in rows), abs_tol=1e-6)
        for test, rate_pct in {"real": 0.0, "present_value": rate}.items():
            for kind in ("drawn_gbp_m", "recouped_gbp_m"):
                worth = [
                    float(row[kind]) * account.price(row["fy"]) / (1 + rate_pct / 100) ** years
                    for years, row in enumerate(rows)
                ]
                assert math.isclose(neutrality[*key, test][kind], sum(worth), abs_tol=1e-5)
    assert not broken(tables, "overspend.neutrality_has_every_test")


@few
@given(account=accounts())
def test_x4_what_is_left_for_services_is_the_plan_with_the_move_less_net_cost(account: Account) -> None:
    tables = run_all([*ACCOUNT, "overspend.available"], account.inputs)
    plan = {
        (vintage, fy): amount
        for vintage, fy, amount in account.inputs["settlement.plan"]
        .select("vintage_id", "fy", "amount_gbp_m")
        .iter_rows()
    }
    whole_budget = ("budget_2025_11", financial_year(account.years[-1])) in plan
    flows = account.inputs["savings.cashflow_month"].filter(accounting_basis="accrual")
    moved = {
        (row["interpretation"], row["profile_id"], row["fy"]): row["drawn_gbp_m"] - row["recouped_gbp_m"]
        for row in tables["overspend.ledger"].filter(price_basis="cash").iter_rows(named=True)
    }
    delta = {
        (interpretation, fy): amount
        for interpretation, fy, amount in account.inputs["overspend.instrument"]
        .select("interpretation", "fy", "delta_gbp_m")
        .iter_rows()
    }
    available = tables["overspend.available"]
    assert len(available) == len(moved) * len(SCENARIOS)
    for row in available.iter_rows(named=True):
        reading, fy = row["interpretation"], row["fy"]
        settled = reading == "official_reprofile" and whole_budget
        vintage = "budget_2025_11" if settled else "sr_2025_06"
        before = plan[vintage, fy] - (delta[reading, fy] if settled else 0)
        of_year = flows.filter(scenario_id=row["scenario_id"], fy=fy)
        net_cost = of_year["cost_gbp_m"].sum() - of_year["saving_gbp_m"].sum()
        move = moved[reading, row["profile_id"], fy]
        assert row["plan_vintage_id"] == vintage
        assert row["plan_before_move_gbp_m"] == before
        assert row["plan_after_move_gbp_m"] == before + move
        assert row["available_for_services_gbp_m"] == before + move - net_cost
        assert row["effect_on_services_gbp_m"] == move - net_cost
        real = float(before + move - net_cost) * account.price(fy)
        assert math.isclose(row["real_available_gbp_m"], real, rel_tol=1e-9)
        assert math.isclose(row["real_moved_gbp_m"], float(move) * account.price(fy), rel_tol=1e-9, abs_tol=1e-6)
        assert row["real_base_fy"] == BASE_FY
        if settled and row["profile_id"] == "as_agreed":
            assert row["plan_after_move_gbp_m"] == plan[vintage, fy]
    assert not broken(tables, "overspend.available_adds_up", "overspend.available_is_complete")


@few
@given(account=accounts())
def test_r6_operations_are_money_over_unit_cost_and_no_deduction_adds_any(account: Account) -> None:
    tables = run_all([*ACCOUNT, "overspend.available", "overspend.operations_bought"], account.inputs)
    operations = tables["overspend.operations_bought"]
    assert not operations.is_empty()
    ratio = account.inputs["evidence.parameter_value"].row(by_predicate=pl.col("parameter_id") == RATIO, named=True)
    per_gbp_1000m = {"reported": ratio["value"], "later_answer": ratio["low"]}
    for row in operations.iter_rows(named=True):
        saving, cost, recouped = (float(row[name]) for name in ("saving_gbp_m", "exit_cost_gbp_m", "recouped_gbp_m"))
        for name, spent in {
            "operations_gross": saving,
            "operations_net_of_exit_cost": saving - cost,
            "operations_net_of_recoup": saving - recouped,
            "operations_net": saving - cost - recouped,
        }.items():
            assert math.isclose(row[name], spent * per_gbp_1000m[row["ratio_id"]] / 1_000, rel_tol=1e-9, abs_tol=1e-6)
            assert row[name] <= row["operations_gross"]
        assert math.isclose(row["unit_cost_gbp"] * per_gbp_1000m[row["ratio_id"]], 1e9)
        for name in ("operations_gross", "operations_net"):
            real = row[name] * account.price(row["fy"])
            assert math.isclose(row[f"{name}_real"], real, rel_tol=1e-9, abs_tol=1e-6)
        assert row["real_base_fy"] == BASE_FY
    years_on = account.inputs["evidence.parameter_value"].filter(parameter_id="stated_saving_years_on")["value"].item()
    stated = operations.filter(case_id="stated_saving")["fy"].unique()
    assert set(stated) == {financial_year(year) for year in account.years[int(years_on) :]}
    assert not broken(tables, "overspend.operations_have_every_case")


def without_middle(low: Decimal, value: Decimal, high: Decimal) -> tuple[Decimal, Decimal | None, Decimal]:
    """A range as officials state it."""
    return low, value if low == high else None, high


@few
@given(
    official=ranges(100, 3_000, TENTH),
    press=ranges(100, 3_000, TENTH),
    overspend=money(100, 2_000, TENTH),
    moved=money(100, 2_000, TENTH),
    flows=cash_flows(range(FIRST_YEAR, FIRST_YEAR + 2)),
)
def test_o8_gap_is_cost_less_money_agreed_with_its_sign(
    official: tuple, press: tuple, overspend: Decimal, moved: Decimal, flows: list
) -> None:
    inputs = {
        "evidence.parameter_value": parameters(
            stated_programme_cost_gbp_m=without_middle(*official),
            press_programme_cost_gbp_m=without_middle(*press),
            press_overspend_gbp_m=overspend,
            reprofiled_amount_gbp_m=moved,
        ),
        "savings.cashflow_month": table("savings.cashflow_month", flows),
    }
    gap = run_sql("overspend.funding_gap", inputs)
    best_estimate = {"scenario_id": "best_estimate", "accounting_basis": "accrual"}
    modelled = sum(row["cost_gbp_m"] for row in flows if row.items() >= best_estimate.items())
    expected = {
        "official_cost_against_reprofile": (official, moved),
        "press_cost_against_reprofile": (press, moved),
        "press_cost_against_press_overspend": (press, overspend),
        "modelled_cost_against_reprofile": ((None, modelled, None), moved),
    }
    found = {row["reading_id"]: row for row in gap.iter_rows(named=True)}
    assert set(found) == set(expected)
    for reading, (cost, financed) in expected.items():
        row = found[reading]
        assert row["financed_gbp_m"] == financed
        low, central, high = (None if amount is None else amount - financed for amount in cost)
        has_middle = reading == "modelled_cost_against_reprofile" or low == high
        assert (row["gap_low_gbp_m"], row["gap_high_gbp_m"]) == (low, high)
        assert row["gap_gbp_m"] == (central if has_middle else None)
    tables = {**inputs, "overspend.funding_gap": gap}
    assert not broken(tables, "overspend.gap_is_cost_less_financed", "overspend.gap_has_every_reading")


@few
@given(
    parts=st.lists(
        st.tuples(
            st.sampled_from(["industrial_action", "medicines_and_other"]), st.booleans(), ranges(0, 1_000, TENTH)
        ),
        max_size=5,
    ),
    redundancy=ranges(0, 2_000, TENTH),
    moved=money(0, 2_000, TENTH),
)
def test_o7_requested_is_funded_plus_absorbed_and_the_parts_make_the_ask(
    parts: list, redundancy: tuple, moved: Decimal
) -> None:
    ends = ("low_gbp_m", "central_gbp_m", "high_gbp_m")
    routes = {"redundancy": "reprofile", "medicines_and_other": "not_known"}
    redundancies, other_report = ("redundancy", True, redundancy), ("redundancy", False, redundancy)
    rows = [
        {
            "pressure_id": f"part_{number}",
            "kind": kind,
            "is_part_of_ask": counts,
            "route": routes.get(kind, "absorbed"),
            **dict(zip(ends, amounts, strict=True)),
        }
        for number, (kind, counts, amounts) in enumerate([*parts, redundancies, other_report])
    ]
    asked = sum(row["central_gbp_m"] for row in rows if row["is_part_of_ask"])
    whole = {"pressure_id": "ask", "kind": "total_ask", "is_part_of_ask": False, "route": "not_applicable"}
    whole |= dict.fromkeys(ends, asked)
    inputs = {
        "evidence.source": any_source(),
        "evidence.measure": table(
            "evidence.measure", [{"measure_id": "any", "unit": "£m", "plausible_low": 0, "plausible_high": 1e6}]
        ),
        "overspend.instrument": table(
            "overspend.instrument",
            [
                {
                    "interpretation": "official_reprofile",
                    "fy": "2025-26",
                    "low_gbp_m": moved - 50,
                    "delta_gbp_m": moved,
                    "high_gbp_m": moved + 50,
                }
            ],
        ),
        "raw.in_year_pressure": table("raw.in_year_pressure", [*rows, whole]),
    }
    pressure = run_sql("overspend.pressure", inputs)
    assert len(pressure) == len(rows) + 1
    for row in pressure.iter_rows(named=True):
        assert row["requested_gbp_m"] == row["funded_gbp_m"] + row["absorbed_gbp_m"] + row["unknown_gbp_m"]
        assert row["funded_low_gbp_m"] <= row["funded_gbp_m"] <= row["funded_high_gbp_m"]
        assert (row["absorbed_gbp_m"] == 0) >= (row["route"] == "not_known")
        assert row["is_residual"] == (row["kind"] == "medicines_and_other")
        assert (row["funded_gbp_m"] > 0) <= (row["kind"] in ("redundancy", "total_ask"))
    of_ask = pressure.filter(kind="total_ask").row(0, named=True)
    assert of_ask["funded_gbp_m"] == min(moved, redundancy[1])
    assert not broken(
        {**inputs, "overspend.pressure": pressure},
        "overspend.pressure_is_funded_or_absorbed",
        "overspend.pressure_parts_sum_to_ask",
        "overspend.pressure_is_complete",
    )


@few
@given(
    plans=st.lists(st.tuples(*[money(120_000, 199_000, Decimal(100))] * 2), min_size=2, max_size=4),
    moved=money(1, 3_000, TENTH),
    overspend=ranges(1, 3_000, TENTH),
    years_later=st.integers(1, 3),
)
def test_o4_both_readings_of_the_deal_sum_to_nil(
    plans: list, moved: Decimal, overspend: tuple, years_later: int
) -> None:
    years = range(FIRST_YEAR, FIRST_YEAR + len(plans))
    limits = [
        {
            "vintage_id": vintage,
            "fy": financial_year(year),
            "line_id": "dhsc_rdel",
            "amount_gbp_m": amount,
            "rounding_gbp_m": 100,
            "status": "plan",
        }
        for year, both in zip(years, plans, strict=True)
        for vintage, amount in zip(("sr_2025_06", "budget_2025_11"), both, strict=True)
    ]
    superseded = {**limits[0], "vintage_id": "spring_2025_03"}
    not_yet_planned = {**limits[-1], "fy": financial_year(years[-1] + 1)}
    reason = {
        "vintage_from": "sr_2025_06",
        "vintage_to": "budget_2025_11",
        "line_id": "dhsc_rdel",
        "reason": "reprofile",
        "amount_gbp_m": moved,
    }
    claim = {
        "claim_id": "C001",
        "reading_claim_id": "C001",
        "measure_id": "recoupment_year",
        "value_central": FIRST_YEAR + years_later,
        "period_from_fy": financial_year(min(FIRST_YEAR + years_later, years[-1])),
        "known_from": VINTAGES["press_2025_11"],
    }
    tables = run_all(
        ["settlement.plan", "settlement.plan_change", "overspend.instrument"],
        {
            "evidence.source": any_source(),
            "evidence.vintage": vintages(VINTAGES),
            "evidence.claim": table("evidence.claim", [claim]),
            "evidence.parameter_value": parameters(press_overspend_gbp_m=overspend),
            "raw.settlement_plan": table("raw.settlement_plan", [*limits, superseded, not_yet_planned]),
            "raw.plan_change_reason": table("raw.plan_change_reason", [reason]),
        },
    )
    instrument = tables["overspend.instrument"]
    for reading in INTERPRETATIONS:
        rows = instrument.filter(interpretation=reading)
        assert rows["fy"].to_list() == [financial_year(year) for year in years]
        assert rows["delta_gbp_m"].sum() == 0
    delta = {
        (reading, fy): amount
        for reading, fy, amount in instrument.select("interpretation", "fy", "delta_gbp_m").iter_rows()
    }
    assert delta["press_overspend", BASE_FY] == overspend[1]
    assert delta["press_overspend", claim["period_from_fy"]] == -overspend[1]
    assert delta["official_reprofile", financial_year(years[-1])] == -moved
    assert not broken(tables, "overspend.instrument_sums_to_zero", "overspend.instrument_range_holds_amount")
