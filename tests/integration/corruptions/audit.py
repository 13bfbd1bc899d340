"""Corruptions of what the snapshot says about itself."""

import polars as pl

from tests.integration.corruptions import Tables


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


CORRUPTIONS = {"no_row_is_refused": {"a row was set aside": a_refused_row}}
