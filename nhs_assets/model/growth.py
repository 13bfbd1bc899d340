"""Why real growth differs between plan vintages: what the base year, the end year and the deflator explain."""

import itertools
from decimal import Decimal

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.model.attribution import apportion, shapley, stored
from nhs_assets.model.tables import as_table

TABLE = "audit.vintage_attribution"
LINE = "dhsc_rdel"
BASE_FY, END_FY = "2025-26", "2028-29"
INPUTS = ("base_year", "end_year", "deflator")


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
    """``audit.vintage_attribution``: for each pair of plan vintages with both years, the three parts of the move.

    Each side uses the deflator that was known last when its plan was published. A side that knew none uses that of
    the other side, and the part of the deflator is nil.

    Args:
        plan: rows of ``settlement.plan``.
        deflator: rows of ``settlement.deflator``.
    """
    limits = {
        (vintage_id, fy): (float(amount), known_from)
        for vintage_id, fy, amount, known_from in plan.filter(line_id=LINE)
        .select("vintage_id", "fy", "amount_gbp_m", "known_from")
        .iter_rows()
    }
    vintages = sorted(
        (known_from, vintage_id)
        for (vintage_id, fy), (_, known_from) in limits.items()
        if fy == BASE_FY and (vintage_id, END_FY) in limits
    )
    published = sorted(set(deflator.select("known_from", "vintage_id").iter_rows()))
    index = {(one, fy): value for one, fy, value in deflator.select("vintage_id", "fy", "index_value").iter_rows()}
    rows: list[dict] = []
    for (known_before, before), (known_after, after) in itertools.combinations(vintages, 2):
        deflators = [[one for one in published if one[0] <= day] for day in (known_before, known_after)]
        chosen = [known[-1] for known in deflators if known] or [published[0]]
        first, second = chosen[0], chosen[-1]
        sides = {
            "base_year": (limits[before, BASE_FY][0], limits[after, BASE_FY][0]),
            "end_year": (limits[before, END_FY][0], limits[after, END_FY][0]),
            "deflator": (first[1], second[1]),
        }

        def growth(changed: frozenset[str], sides: dict = sides) -> Decimal:
            base, end, prices = (sides[name][name in changed] for name in INPUTS)
            return stored(average_real_growth_pct(base, end, index[prices, BASE_FY], index[prices, END_FY]))

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
                "deflator_from": first[1],
                "deflator_to": second[1],
            }
            for name, part in apportion(shapley(INPUTS, growth)).items()
        ]
    columns = contract(TABLE).polars_schema()
    return as_table(pl.DataFrame(rows, schema=columns), TABLE)
