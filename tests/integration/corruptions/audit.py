"""Corruptions for the checks of ``audit``. A first publication has no revisions, so theirs are made up here."""

from decimal import Decimal

import polars as pl

from nhs_assets.contracts.registry import contract
from tests.integration.corruptions import Corruption, Tables, change, more

PART = {
    "conclusion_id": "payback_month",
    "figure": "payback_months",
    "input": "raw.gdp_deflator",
    "contribution": Decimal(1),
    "old_value": 27.0,
    "new_value": 28.0,
    "move": Decimal(1),
    "compared_with": "000001-000000000000",
}
REVISED = {
    "figure_id": "settlement.plan/sr_2025_06/2028-29/dhsc_rdel/amount_gbp_m",
    "table_name": "settlement.plan",
    "kind": "changed",
    "old_value": 1.0,
    "new_value": 3.0,
    "change": 2.0,
    "change_pct": 200.0,
    "old_text": None,
    "new_text": None,
    "cause": "correction",
    "caused_by": "raw.settlement_plan/2028-29",
    "compared_with": "000001-000000000000",
}


def filled(table: str, row: dict, **columns: object) -> Corruption:
    """Puts one row into the table."""
    return lambda tables: {table: pl.DataFrame([row | columns], schema=contract(table).polars_schema())}


def a_refused_row(tables: Tables) -> dict[str, pl.DataFrame]:
    frame = tables["audit.quarantine"]
    row = {
        "file": "seeds/evidence/claim.csv",
        "row": 2,
        "column_name": "unit",
        "broken_rule": "another unit",
        "found": "£",
        "remedy": "mend it",
    }
    return {"audit.quarantine": pl.concat([frame, pl.DataFrame([row], schema=frame.schema)])}


PAIR = {"vintage_from": "sr_2025_06", "vintage_to": "obr_2026_03"}

CORRUPTIONS: dict[str, dict[str, Corruption]] = {
    "no_row_is_refused": {"a row was set aside": a_refused_row},
    "attribution_sums_to_move": {
        "a part off by the last digit": filled("audit.attribution", PART, contribution=Decimal("1.000001")),
        "a move that is not new less old": filled("audit.attribution", PART, contribution=Decimal(2), move=Decimal(2)),
    },
    "vintage_attribution_follows_real_terms": {
        "another growth before": change("audit.vintage_attribution", PAIR, old_value=more("old_value", 0.001)),
        "another growth after": change("audit.vintage_attribution", PAIR, new_value=more("new_value", 0.001)),
        "a deflator that is none": change("audit.vintage_attribution", PAIR, deflator_to="sr_2025_06"),
    },
    "conclusion_is_no_midpoint": {
        "middle of the gap": change("audit.conclusion", {"figure": "gap_modelled"}, concluded_value=290.0),
    },
    "conclusion_has_a_value": {
        "no payback": change("audit.conclusion", {"figure": "payback_months"}, concluded_value=None),
    },
    "revision_change_is_difference": {
        "another change": filled("audit.revision", REVISED, change=1.0),
        "no change": filled("audit.revision", REVISED, change=None),
        "added with a value before": filled("audit.revision", REVISED, kind="added"),
        "withdrawn with a value now": filled("audit.revision", REVISED, kind="withdrawn"),
    },
}
