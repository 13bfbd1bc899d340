"""The parts of a move in real growth explain all of it, whatever the plans and deflators are."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.model.growth import (
    BASE_FY,
    COMPARABLE,
    END_FY,
    INPUTS,
    LINE,
    average_real_growth_pct,
    vintage_attribution,
)
from tests.unit.table_inputs import table

pytestmark = pytest.mark.unit

DAYS = [date(2025, 3, 26), date(2025, 6, 11), date(2025, 11, 13), date(2025, 11, 26), date(2026, 3, 3)]
index = st.floats(50, 200)


@st.composite
def plans_and_deflators(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Plans of two to four vintages, some without the last year, some held without transfers, and one or two
    deflators, all of any day.
    """

    def vintages(kind: str, fewest: int, most: int) -> dict[str, date]:
        days = draw(st.lists(st.sampled_from(DAYS), min_size=fewest, max_size=most, unique=True))
        return {f"{kind}_{number}": day for number, day in enumerate(days)}

    years = st.sampled_from([(BASE_FY, END_FY), (BASE_FY, END_FY), (BASE_FY,)])
    plans = []
    for name, day in vintages("plan", 2, 4).items():
        printed = dict(zip(draw(years), draw(st.tuples(*[st.integers(100_000, 300_000)] * 2)), strict=False))
        lines = {LINE: printed}
        if draw(st.booleans()):
            lines[COMPARABLE] = {fy: printed[fy] - draw(st.integers(0, 3_000)) for fy in draw(years) if fy in printed}
        plans += [
            {"vintage_id": name, "fy": fy, "line_id": line, "amount_gbp_m": amount, "known_from": day}
            for line, amounts in lines.items()
            for fy, amount in amounts.items()
        ]
    deflators = [
        {"vintage_id": name, "fy": fy, "index_value": draw(index), "status": "forecast", "known_from": day}
        for name, day in vintages("deflator", 1, 2).items()
        for fy in (BASE_FY, END_FY)
    ]
    return table("settlement.plan", plans), table("settlement.deflator", deflators)


@settings(max_examples=50, deadline=None)
@given(plans_and_deflators())
def test_years_transfers_and_deflator_explain_the_whole_move(tables: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    plan, deflator = tables
    found = vintage_attribution(plan, deflator)
    whole = plan.filter(line_id=LINE).group_by("vintage_id").len().filter(len=2).height
    assert found.height == len(INPUTS) * whole * (whole - 1) // 2
    # Without the transfers where both years are held without them.
    held = plan.filter(pl.len().over("vintage_id", "line_id") == 2).sort("line_id").rows(named=True)
    amount = {(row["vintage_id"], row["fy"]): float(row["amount_gbp_m"]) for row in held}
    level = {(name, fy): value for name, fy, value in deflator.select("vintage_id", "fy", "index_value").rows()}
    for (before, after), rows in found.group_by("vintage_from", "vintage_to"):
        assert sorted(rows["input"]) == sorted(INPUTS)
        (first,) = rows.select("old_value", "new_value", "move", "deflator_from", "deflator_to").unique().rows()
        old, new, move, *deflators = first
        for vintage, prices, value in zip((before, after), deflators, (old, new), strict=True):
            years = (BASE_FY, END_FY)
            limits, indices = ([held[name, fy] for fy in years] for held, name in ((amount, vintage), (level, prices)))
            assert value == pytest.approx(average_real_growth_pct(*limits, *indices), abs=1e-6)
        assert rows["contribution"].sum() == move == Decimal(str(new)) - Decimal(str(old))
