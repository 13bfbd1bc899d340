"""Whatever plans, roundings, deflators and re-profiles are published, the settlement's identities hold."""

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

from tests.unit.table_inputs import (
    any_source,
    broken,
    calendar,
    few,
    financial_year,
    money,
    parameters,
    run_all,
    table,
    vintages,
)

pytestmark = pytest.mark.unit

ROUNDINGS = (Decimal("0.1"), Decimal(1), Decimal(100))
COMPARED_LINES = ("dhsc_rdel", "dhsc_cdel", "dhsc_tdel", "nhse_rdel")
RANGES = {
    "dhsc_rdel": (120_000, 200_000),
    "dhsc_rdel_excluding_ihs": (110_000, 200_000),
    "dhsc_cdel": (8_000, 15_000),
    "nhse_rdel": (60_000, 110_000),
}
VINTAGES = {"spring": date(2025, 6, 11), "autumn": date(2025, 11, 26), "later": date(2027, 3, 3)}
"""In the order they became known, which is not the order of their names."""
PLANS = ("settlement.plan", "settlement.plan_change")
REAL = ("settlement.plan", "settlement.deflator", "settlement.price_index", "settlement.real_terms")


@dataclass(frozen=True)
class Published:
    """What a publisher prints of one vintage: limits by line and year, each in its own unit of rounding."""

    vintage_id: str
    years: range
    amounts: dict[tuple[str, int], tuple[Decimal, Decimal]]

    def rows(self) -> list[dict]:
        return [
            {
                "vintage_id": self.vintage_id,
                "fy": financial_year(year),
                "line_id": line,
                "amount_gbp_m": amount,
                "rounding_gbp_m": rounding,
                "status": "outturn" if VINTAGES[self.vintage_id] >= date(year + 1, 4, 1) else "plan",
            }
            for (line, year), (amount, rounding) in self.amounts.items()
        ]


@st.composite
def published(draw: st.DrawFn, vintage_id: str) -> Published:
    first = draw(st.integers(2023, 2025))
    years = range(first, draw(st.integers(2028, 2030)))
    lines = [line for line in RANGES if line == "dhsc_rdel" or draw(st.booleans())]
    amounts = {}
    for line in lines:
        rounding = draw(st.sampled_from(ROUNDINGS))
        for year in years:
            amounts[line, year] = (draw(money(*RANGES[line], step=rounding)), rounding)
    if "dhsc_cdel" in lines and draw(st.booleans()):
        for year in years:
            (resource, unit), (capital, other_unit) = amounts["dhsc_rdel", year], amounts["dhsc_cdel", year]
            amounts["dhsc_tdel", year] = (resource + capital, max(unit, other_unit))
    return Published(vintage_id, years, amounts)


@st.composite
def settlements(draw: st.DrawFn) -> dict[str, pl.DataFrame]:
    """Two or three vintages of plans, and a re-profile between the first two."""
    names = list(VINTAGES)[: draw(st.integers(2, 3))]
    plans = [draw(published(name)) for name in names]
    reason = {
        "vintage_from": names[0],
        "vintage_to": names[1],
        "line_id": "dhsc_rdel",
        "reason": "reprofile",
        "amount_gbp_m": draw(money(1, 3_000, step=Decimal("0.1"))),
    }
    return {
        "evidence.vintage": vintages({name: VINTAGES[name] for name in names}),
        "evidence.source": any_source(),
        "raw.settlement_plan": table("raw.settlement_plan", [row for plan in plans for row in plan.rows()]),
        "raw.plan_change_reason": table("raw.plan_change_reason", [reason]),
    }


@st.composite
def deflators(draw: st.DrawFn) -> dict[str, pl.DataFrame]:
    """One or two deflators that reach from before the first plan past the last, with the numbers to extend them."""
    rows = []
    for name in draw(st.lists(st.sampled_from(list(VINTAGES)), unique=True, min_size=1, max_size=2)):
        first, last = draw(st.integers(2015, 2022)), draw(st.integers(2029, 2032))
        first_forecast = draw(st.integers(first, last + 1))
        index = draw(st.floats(50, 150))
        for year in range(first, last + 1):
            growth = draw(st.floats(-4, 12))
            index *= 1 + growth / 100 if year > first else 1
            rows.append(
                {
                    "vintage_id": name,
                    "fy": financial_year(year),
                    "index_value": index,
                    "growth_pct": growth,
                    "is_forecast": year >= first_forecast,
                }
            )
    return {
        "raw.gdp_deflator": table("raw.gdp_deflator", rows),
        "evidence.source": any_source(),
        "evidence.parameter_value": parameters(
            deflator_extension_pct=draw(st.floats(-2, 8)), appraisal_horizon_years=draw(st.integers(1, 10))
        ),
    }


def limits(plan: pl.DataFrame) -> dict[tuple[str, str, str], Decimal]:
    return {
        (vintage, fy, line): amount
        for vintage, fy, line, amount in plan.select("vintage_id", "fy", "line_id", "amount_gbp_m").iter_rows()
    }


def test_the_calendar_has_every_financial_year_with_its_days_and_neighbours() -> None:
    years = {row["start_year"]: row for row in calendar().iter_rows(named=True)}
    assert list(years) == list(range(2000, 2100))
    for year, row in years.items():
        assert (row["fy"], row["first_day"], row["last_day"]) == (
            financial_year(year),
            date(year, 4, 1),
            date(year + 1, 3, 31),
        )
        assert row["previous_fy"] == (financial_year(year - 1) if year - 1 in years else None)
        assert row["next_fy"] == (financial_year(year + 1) if year + 1 in years else None)


@few
@given(inputs=settlements())
def test_s1_s2_s7_each_limit_lands_once_and_totals_and_rest_are_derived_exactly(inputs: dict) -> None:
    tables = run_all(PLANS[:1], inputs)
    printed, landed = limits(inputs["raw.settlement_plan"]), limits(tables["settlement.plan"])
    assert len(landed) == len(tables["settlement.plan"])
    expected = dict(printed)
    for (vintage, fy, line), amount in printed.items():
        capital = printed.get((vintage, fy, "dhsc_cdel"))
        england = printed.get((vintage, fy, "nhse_rdel"))
        if line == "dhsc_rdel" and capital is not None:
            expected.setdefault((vintage, fy, "dhsc_tdel"), amount + capital)
        if line == "dhsc_rdel" and england is not None:
            expected[vintage, fy, "other_rdel"] = amount - england
    assert landed == expected
    assert not broken(
        tables,
        "settlement.plan_keeps_published_rows",
        "settlement.total_is_resource_plus_capital",
        "settlement.resource_is_nhs_england_plus_other",
        "settlement.outturn_follows_year_end",
    )


@few
@given(inputs=settlements())
def test_s5_o4_reasons_sum_exactly_to_every_change_and_a_reprofile_sums_to_zero(inputs: dict) -> None:
    tables = run_all(PLANS, inputs)
    by_line = defaultdict(list)
    for (vintage, fy, line), amount in limits(tables["settlement.plan"]).items():
        if line in COMPARED_LINES:
            by_line[line, fy].append((list(VINTAGES).index(vintage), vintage, amount))
    expected = {
        (earlier, later, fy, line): after - before
        for (line, fy), held in by_line.items()
        for (_, earlier, before), (_, later, after) in itertools.pairwise(sorted(held))
    }
    outturn = set(inputs["raw.settlement_plan"].filter(status="outturn").select("vintage_id", "fy").iter_rows())
    parts, remainders, moved, paid_back = defaultdict(Decimal), defaultdict(int), defaultdict(Decimal), {}
    for row in tables["settlement.plan_change"].sort("fy").iter_rows(named=True):
        change = row["vintage_from"], row["vintage_to"], row["fy"], row["line_id"]
        parts[change] += row["central_gbp_m"]
        remainders[change] += row["reason"] == "unexplained"
        assert row["low_gbp_m"] <= row["central_gbp_m"] <= row["high_gbp_m"]
        assert row["total_change_gbp_m"] == expected[change]
        if row["reason"] == "reprofile":
            assert (row["vintage_to"], row["fy"]) not in outturn
            moved[change[:2]] += row["central_gbp_m"]
            paid_back[change[:2]] = row["central_gbp_m"]
    assert parts == expected
    assert set(remainders.values()) <= {1}
    assert set(moved.values()) <= {0}
    assert set(paid_back.values()) <= {-amount for amount in inputs["raw.plan_change_reason"]["amount_gbp_m"]}
    assert not broken(tables, "settlement.change_parts_sum_to_total")


@few
@given(inputs=deflators())
def test_s4_index_follows_growth_without_a_gap_and_reaches_the_horizon(inputs: dict) -> None:
    tables = run_all(["settlement.deflator"], {**inputs, "evidence.vintage": vintages(VINTAGES)})
    values = dict(inputs["evidence.parameter_value"].select("parameter_id", "value").iter_rows())
    for vintage in inputs["raw.gdp_deflator"]["vintage_id"].unique():
        printed = inputs["raw.gdp_deflator"].filter(vintage_id=vintage)
        found = tables["settlement.deflator"].filter(vintage_id=vintage).sort("fy")
        starts = [int(fy[:4]) for fy in found["fy"]]
        assert starts == list(range(starts[0], starts[0] + len(starts)))
        for before, after in itertools.pairwise(found.iter_rows(named=True)):
            ratio = after["index_value"] / before["index_value"]
            assert math.isclose(ratio, 1 + after["growth_pct"] / 100, rel_tol=1e-9)
        assert found.head(len(printed))["index_value"].to_list() == printed.sort("fy")["index_value"].to_list()
        forecast = printed.filter("is_forecast")["fy"].min()
        beyond = 0 if forecast is None else int(forecast[:4]) + int(values["appraisal_horizon_years"]) - 1
        added = found.tail(len(found) - len(printed))
        assert set(added["growth_pct"]) <= {values["deflator_extension_pct"]}
        assert starts[-1] == max(beyond, int(printed["fy"].max()[:4]))
    assert not broken(tables, "settlement.deflator_growth_chain")


@few
@given(plans=settlements(), prices=deflators())
def test_s3_s4_real_is_cash_deflated_and_growth_compounds_from_the_base_year(plans: dict, prices: dict) -> None:
    tables = run_all(REAL, {**plans, **prices, "evidence.vintage": vintages(VINTAGES)})
    index = {
        (vintage, fy): value
        for vintage, fy, value in tables["settlement.deflator"].select("vintage_id", "fy", "index_value").iter_rows()
    }
    cash = limits(tables["settlement.plan"])
    found = {}
    for row in tables["settlement.real_terms"].iter_rows(named=True):
        vintage, deflator, line, fy, base = (
            row[name] for name in ("plan_vintage_id", "deflator_vintage_id", "line_id", "fy", "base_fy")
        )
        assert row["cash_gbp_m"] == cash[vintage, fy, line]
        real = float(row["cash_gbp_m"]) * index[deflator, base] / index[deflator, fy]
        assert math.isclose(row["real_gbp_m"], real, rel_tol=1e-9)
        assert fy != base or math.isclose(row["real_gbp_m"], float(row["cash_gbp_m"]), rel_tol=1e-12)
        found[vintage, deflator, line, base, int(fy[:4])] = row
    assert len(found) == len(cash) * len({deflator for deflator, _ in index}) * len({key[3] for key in found})
    for (*line, year), row in found.items():
        base = found.get((*line, int(line[-1][:4])))
        if base is None or row["years_from_base"] <= 0:
            assert row["average_real_growth_pct"] is None
            continue
        yearly = [found[*line, step]["real_growth_pct"] for step in range(year - row["years_from_base"] + 1, year + 1)]
        ratio = row["real_gbp_m"] / base["real_gbp_m"]
        assert math.isclose(math.prod(1 + growth / 100 for growth in yearly), ratio, rel_tol=1e-9)
        average = (1 + row["average_real_growth_pct"] / 100) ** row["years_from_base"]
        assert math.isclose(average, ratio, rel_tol=1e-9)
    assert not broken(tables, "settlement.real_equals_cash_in_base_year", "settlement.real_growth_chain")


@few
@given(plans=settlements(), prices=deflators())
def test_m5_nothing_is_known_before_its_vintage(plans: dict, prices: dict) -> None:
    """What can be read as known on a day is what is worked out from the vintages published by that day, and no more."""
    tables = run_all([*PLANS, "settlement.deflator"], {**plans, **prices, "evidence.vintage": vintages(VINTAGES)})
    for today in VINTAGES.values():
        by_then = {name for name, known_from in VINTAGES.items() if known_from <= today}
        for name, columns in {
            "settlement.plan": ["vintage_id"],
            "settlement.plan_change": ["vintage_from", "vintage_to"],
            "settlement.deflator": ["vintage_id"],
        }.items():
            known = pl.col("known_from") <= today
            published_by_then = pl.all_horizontal(pl.col(columns).is_in(by_then))
            assert tables[name].filter(known != published_by_then).is_empty()
