"""However boards are merged and split, their successors have every person, post and pound of theirs, once."""

import itertools
import math
from collections import defaultdict
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.model_inputs import successors
from tests.unit.table_inputs import broken, few, run_all, table

pytestmark = pytest.mark.unit

THEN = ("QA", "QB", "QC")
MONTHS = (date(2026, 3, 1), date(2026, 4, 1))
CARRIED = {
    "workforce.staff_month": ("fte",),
    "savings.headcount_month": ("opening_posts", "paid_exits", "closing_posts"),
    "savings.exit_cost_month": ("amount_gbp_m",),
    "savings.saving_month": ("amount_gbp_m",),
}
POUND = Decimal("0.000001")


@st.composite
def shares(draw: st.DrawFn) -> list[tuple[str, str, float]]:
    """Where each board of then goes: it continues, or goes to up to three others by any shares."""
    parts = []
    for code in THEN:
        followed = draw(st.lists(st.sampled_from(["QA", "SX", "SY", "SZ"]), unique=True, max_size=3).map(sorted))
        weights = [draw(st.integers(1, 1_000_000)) for _ in followed]
        parts += [(code, other, weight / sum(weights)) for other, weight in zip(followed, weights, strict=True)]
    continues = [(code, code, 1.0) for code in THEN if code not in {part[0] for part in parts}]
    return sorted(parts + continues)


@st.composite
def before(draw: st.DrawFn) -> dict[str, pl.DataFrame]:
    """What the boards of then have in every month; savings may be negative."""
    rows = defaultdict(list)
    for code, month in itertools.product(THEN, MONTHS):
        keys = {"ods_code": code, "month": month}
        pounds = st.decimals(0, 50, places=6)
        rows["workforce.staff_month"].append({**keys, "body": "icb", "fte": draw(st.floats(1, 3_000))})
        posts = {name: draw(st.floats(0, 3_000)) for name in CARRIED["savings.headcount_month"]}
        rows["savings.headcount_month"].append({**keys, **posts})
        rows["savings.exit_cost_month"].append(
            {**keys, "accounting_basis": "accrual", "component": "severance", "amount_gbp_m": draw(pounds)}
        )
        rows["savings.saving_month"].append({**keys, "component": "pay", "amount_gbp_m": -draw(pounds)})
    return {f"{name}_before_succession": table(f"{name}_before_succession", held) for name, held in rows.items()}


@few
@given(before=before(), shares=shares())
def test_w8_successors_have_all_that_their_predecessors_had_and_each_its_share(
    before: dict[str, pl.DataFrame], shares: list[tuple[str, str, float]]
) -> None:
    followed = successors(*shares).filter(pl.col("ods_code").is_in(THEN))
    tables = run_all(CARRIED, {**before, "workforce.successor": followed})
    for name, columns in CARRIED.items():
        held = before[f"{name}_before_succession"]
        for column, month in itertools.product(columns, MONTHS):
            whole = dict(held.filter(month=month).select("ods_code", column).iter_rows())
            found = dict(tables[name].filter(month=month).select("ods_code", column).iter_rows())
            by_hand = defaultdict(float)
            for code, successor, share in shares:
                by_hand[successor] += float(whole[code]) * share
            assert found.keys() == by_hand.keys()
            if isinstance(next(iter(whole.values())), Decimal):
                assert sum(found.values()) == sum(whole.values())
                assert all(abs(float(found[code]) - by_hand[code]) <= len(THEN) * float(POUND) for code in found)
            else:
                assert math.isclose(sum(found.values()), sum(whole.values()), rel_tol=1e-12)
                assert all(math.isclose(found[code], by_hand[code], rel_tol=1e-12) for code in found)
    assert not broken(tables, *(f"{name}_is_carried_over" for name in CARRIED))
