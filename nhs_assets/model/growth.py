"""Why real growth differs between plan vintages: what each year, its transfers and the deflator explain."""

import itertools
from datetime import date
from decimal import Decimal

import polars as pl

from nhs_assets.model.attribution import apportion, shapley, stored
from nhs_assets.model.tables import as_table

TABLE = "audit.vintage_attribution"
LINE, COMPARABLE = "dhsc_rdel", "dhsc_rdel_excluding_ihs"
"""Day-to-day spending as printed, and without the transfers for the Immigration Health Surcharge."""
BASE_FY, END_FY = "2025-26", "2028-29"
INPUTS = ("base_year", "end_year", "transfers", "deflator")


def average_real_growth_pct(base_gbp_m: float, end_gbp_m: float, base_index: float, end_index: float) -> float:
    """Average real growth a year from 2025-26 to 2028-29, in %.

    Args:
        base_gbp_m: limit of the first year, in cash.
        end_gbp_m: limit of the last year, in cash.
        base_index: price index of the first year.
        end_index: price index of the last year.
    """
    years = int(END_FY.partition("-")[0]) - int(BASE_FY.partition("-")[0])
    return (((end_gbp_m / end_index) / (base_gbp_m / base_index)) ** (1 / years) - 1) * 100


def vintage_attribution(plan: pl.DataFrame, deflator: pl.DataFrame) -> pl.DataFrame:
    """``audit.vintage_attribution``: for each pair of plan vintages with both years, the parts of the move.

    Growth is like for like: without transfers where a plan is held without them, else as printed, with transfers of
    zero. Each plan is paired with the deflator that was known last when it was published. A plan before every deflator
    is paired with that of the other plan, and the part of the deflator is zero.
    """
    amounts: dict[tuple[str, str], float] = {}
    without: dict[tuple[str, str], float] = {}
    known: dict[str, date] = {}
    columns = ("line_id", "vintage_id", "fy", "amount_gbp_m", "known_from")
    for line, vintage_id, fy, amount, known_from in (
        plan.filter(pl.col("line_id").is_in([LINE, COMPARABLE])).select(columns).iter_rows()
    ):
        (amounts if line == LINE else without)[vintage_id, fy] = float(amount)
        if line == LINE and fy == BASE_FY:
            known[vintage_id] = known_from

    def transfers(vintage_id: str) -> tuple[float, float]:
        """What the first and the last year hold of them."""
        years = [(vintage_id, fy) for fy in (BASE_FY, END_FY)]
        base, end = (amounts[year] - without[year] if without.keys() >= set(years) else 0.0 for year in years)
        return base, end

    vintages = sorted((day, vintage_id) for vintage_id, day in known.items() if (vintage_id, END_FY) in amounts)
    # A year that is carried forward waits for its rate: its day is not that of the vintage.
    forecast = deflator.filter(pl.col("status") != "extended")
    published = sorted(set(forecast.select("known_from", "vintage_id").iter_rows()))
    index = {
        (vintage_id, fy): value
        for vintage_id, fy, value in deflator.select("vintage_id", "fy", "index_value").iter_rows()
    }
    rows: list[dict] = []
    for (known_before, before), (known_after, after) in itertools.combinations(vintages, 2):
        deflators = [
            [vintage_id for known_from, vintage_id in published if known_from <= day]
            for day in (known_before, known_after)
        ]
        chosen = [held[-1] for held in deflators if held] or [published[0][1]]
        first, second = chosen[0], chosen[-1]
        states = {
            "base_year": (amounts[before, BASE_FY], amounts[after, BASE_FY]),
            "end_year": (amounts[before, END_FY], amounts[after, END_FY]),
            "transfers": (transfers(before), transfers(after)),
            "deflator": (first, second),
        }

        def growth(changed: frozenset[str], states: dict = states) -> Decimal:
            base, end, (of_base, of_end), prices = (states[name][name in changed] for name in INPUTS)
            levels = index[prices, BASE_FY], index[prices, END_FY]
            return stored(average_real_growth_pct(base - of_base, end - of_end, *levels))

        old, new = growth(frozenset()), growth(frozenset(INPUTS))
        rows += [
            {
                "vintage_from": before,
                "vintage_to": after,
                "input": name,
                "contribution": part,
                "old_value": float(old),
                "new_value": float(new),
                "move": new - old,
                "deflator_from": first,
                "deflator_to": second,
            }
            for name, part in apportion(shapley(INPUTS, growth)).items()
        ]
    return as_table(rows, TABLE)
