"""The parts of a move in real growth explain all of it, whatever the plans and deflators are."""

from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.model.growth import BASE_FY, END_FY, INPUTS, average_real_growth_pct, vintage_attribution
from tests.unit.table_inputs import table

pytestmark = pytest.mark.unit

DAYS = [date(2025, 3, 26), date(2025, 6, 11), date(2025, 11, 13), date(2025, 11, 26), date(2026, 3, 3)]
index = st.floats(50, 200)


@st.composite
def plans_and_deflators(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Plans of two to four vintages, some without the last year, and one or two deflators, all of any day."""

    def vintages(kind: str, fewest: int, most: int) -> dict[str, date]:
        days = draw(st.lists(st.sampled_from(DAYS), min_size=fewest, max_size=most, unique=True))
        return {f"{kind}_{number}": day for number, day in enumerate(days)}

    plans = [
        {"vintage_id": name, "fy": fy, "line_id": "dhsc_rdel", "amount_gbp_m": amount, "known_from": day}
        for name, day in vintages("plan", 2, 4).items()
        for fy, amount in zip(
            draw(st.sampled_from([(BASE_FY, END_FY), (BASE_FY, END_FY), (BASE_FY,)])),
            draw(st.tuples(*[st.integers(100_000, 300_000)] * 2)),
            strict=False,
        )
    ]
    deflators = [
        {"vintage_id": name, "fy": fy, "index_value": draw(index), "status": "forecast", "known_from": day}
        for name, day in vintages("deflator", 1, 2).items()
        for fy in (BASE_FY, END_FY)
    ]
    return table("settlement.plan", plans), table("settlement.deflator", deflators)


@settings(max_examples=50, deadline=None)
@given(plans_and_deflators())
def test_base_year_end_year_and_deflator_explain_the_whole_move(tables: tuple[pl.DataFrame, pl.DataFrame]) -> None:
    plan, deflator = tables
    found = vintage_attribution(plan, deflator)
    whole = plan.group_by("vintage_id").len().filter(len=2).height
    assert found.height == len(INPUTS) * whole * (whole - 1) // 2
    amount = {(name, fy): float(value) for name, fy, value in plan.select("vintage_id", "fy", "amount_gbp_m").rows()}
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
