"""However cost and saving fall in the months, cash flow adds them up and its running sum follows."""

import itertools
from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.contracts.savings import ACCOUNTING_BASES, BOTH
from tests.unit.table_inputs import few, financial_year, money, run_sql, select_of, table

pytestmark = pytest.mark.unit

COMPONENTS = {"cost": ("severance", "notice_nic"), "saving": ("pay", "backfill")}
SIGN = {"backfill": -1}
Flow = tuple[str, str, str, date, str]
"""Scenario, accounting basis, organisation, month and component."""


@st.composite
def flows(draw: st.DrawFn, kind: str) -> dict[Flow, Decimal]:
    """Amounts of some scenarios and organisations in every month of some years, in any order of the rows."""
    first, count = draw(st.integers(2024, 2030)), draw(st.integers(1, 7))
    months = [date(first, 1 + month, 1) for month in range(count)]
    keys = itertools.product(
        draw(st.sampled_from([("best_estimate",), ("best_estimate", "other")])),
        ACCOUNTING_BASES if kind == "cost" else (BOTH,),
        ("QYG", "X24"),
        months,
        COMPONENTS[kind],
    )
    return {key: draw(money(0, 50)) * SIGN.get(key[-1], 1) for key in draw(st.permutations(list(keys)))}


def rows(amounts: dict[Flow, Decimal], **columns: object) -> list[dict]:
    names = ("scenario_id", "accounting_basis", "ods_code", "month", "component")
    return [
        dict(zip(names, key, strict=True))
        | {"fy": financial_year(key[3].year - (key[3].month < 4)), "amount_gbp_m": amount}
        | columns
        for key, amount in amounts.items()
    ]


def expected(costs: dict[Flow, Decimal], savings: dict[Flow, Decimal]) -> dict[tuple, tuple[Decimal, ...]]:
    """Cost, saving, net and running sum by scenario, basis, organisation and month."""
    totals = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for (scenario, basis, code, month, _), amount in costs.items():
        totals[scenario, basis, code, month][0] += amount
    for (scenario, _, code, month, _), amount in savings.items():
        for basis in ACCOUNTING_BASES:
            totals[scenario, basis, code, month][1] += amount
    running = defaultdict(Decimal)
    found = {}
    for (*series, month), (cost, saving) in sorted(totals.items()):
        running[tuple(series)] += saving - cost
        found[*series, month] = (cost, saving, saving - cost, running[tuple(series)])
    return found


AMOUNTS = ("cost_gbp_m", "saving_gbp_m", "net_gbp_m", "cumulative_net_gbp_m")


BEFORE = "_before_succession"


def test_cash_flow_before_succession_is_made_as_that_of_now() -> None:
    now, before = (select_of(f"savings.cashflow_month{ending}").text for ending in ("", BEFORE))
    assert now == before.replace(BEFORE, "")


@few
@given(costs=flows("cost"), savings=flows("saving"))
def test_x6_running_sum_of_cash_flow_is_the_month_before_plus_the_net_of_the_month(
    costs: dict[Flow, Decimal], savings: dict[Flow, Decimal]
) -> None:
    stated = [{name: value for name, value in row.items() if name != "accounting_basis"} for row in rows(savings)]
    cash_flow = run_sql(
        "savings.cashflow_month",
        {
            "savings.exit_cost_month": table("savings.exit_cost_month", rows(costs)),
            "savings.saving_month": table("savings.saving_month", stated),
        },
    )
    keys = ("scenario_id", "accounting_basis", "ods_code", "month")
    found = {
        tuple(row[name] for name in keys): tuple(row[name] for name in AMOUNTS)
        for row in cash_flow.iter_rows(named=True)
    }
    assert found == expected(costs, savings)


@few
@given(costs=flows("cost"), savings=flows("saving"))
def test_x6_a_month_of_a_scenario_is_the_sum_of_its_flows_and_the_running_sum_adds_them_up(
    costs: dict[Flow, Decimal], savings: dict[Flow, Decimal]
) -> None:
    costs, savings = (
        {key: amount for key, amount in amounts.items() if key[2] == "QYG"} for amounts in (costs, savings)
    )
    stated = [{name: value for name, value in row.items() if name != "ods_code"} for row in rows(costs | savings)]
    months = run_sql("savings.scenario_month", {"savings.scenario_flow": table("savings.scenario_flow", stated)})
    found = {
        (row["scenario_id"], row["accounting_basis"], "QYG", row["month"]): tuple(row[name] for name in AMOUNTS)
        for row in months.iter_rows(named=True)
    }
    assert found == expected(costs, savings)
