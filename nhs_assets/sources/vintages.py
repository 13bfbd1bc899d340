"""Folders of vintages: what an origin file there says of the vintage and of its document.

``seeds/vintages/<vintage>/<table>.csv`` adds the rows of one vintage (one publication of figures) to a seed. Its origin
may also hold ``document`` (the document with the rows) and ``vintage`` (what happened that day), so that a new vintage
needs no row in any other seed.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from nhs_assets.contracts.registry import Contract, declared_by
from nhs_assets.contracts.rules import FromOrigins
from nhs_assets.ground.problems import Problem
from nhs_assets.sources.cells import typed_rows

if TYPE_CHECKING:
    from nhs_assets.sources.seed_files import Origin

DECLARED = {table: rule.block for table, rule in declared_by(FromOrigins).items()}
"""The tables that origin files add rows to, and the block that makes the row."""


def declared_row(
    file: str, described: Contract, vintage_id: str | None, origin: "Origin"
) -> tuple[pl.DataFrame, list[Problem]] | None:
    """The row that an origin adds to a table in :data:`DECLARED`, with its problems; None without the block for it.

    Args:
        file: the origin file.
        described: the table.
        vintage_id: the vintage that the file was added for.
        origin: what the file says.
    """
    document, vintage = origin.document, origin.vintage
    if DECLARED[described.name] == "vintage":
        row = vintage and {"vintage_id": vintage_id, **vintage.model_dump(), "source_id": document.source_id}
    else:
        row = document and {
            **document.model_dump(),
            "publisher": origin.publisher,
            "title": origin.title,
            "url": origin.url,
            "published_on": origin.date_published,
            "accessed_on": origin.date_accessed,
            "licence": origin.licence,
            "origin_group": document.source_id,
            "fidelity": "clean",
        }
    return typed_rows(file, described, [(f"block {DECLARED[described.name]}", row)]) if row else None


def foreign_rows(file: str, described: Contract, vintage_id: str, frame: pl.DataFrame) -> list[Problem]:
    """The rows of a vintage's file that do not name the vintage of its folder."""
    naming = [column.name for column in described.columns if column.names_vintage]
    rule = f"does not name the vintage of its folder, {vintage_id}"
    remedy = "Move the row to the folder of its vintage, or correct the vintage."
    rows = frame.filter(~pl.any_horizontal(pl.col(naming) == vintage_id)).select(described.primary_key)
    return [Problem(file, rule, remedy, row_name(row)) for row in rows.iter_rows()]


def repeated_rows(described: Contract, frames: Sequence[tuple[str, pl.DataFrame]]) -> list[Problem]:
    """Rows whose key appears in several files of a table."""
    key = list(described.primary_key)
    remedy = "Keep one of them: what was known is never edited; a later figure is a row of a later vintage."
    return [
        Problem(file, f"the row is also in {earlier_file}", remedy, row_name(row))
        for place, (file, frame) in enumerate(frames)
        for earlier_file, earlier in frames[:place]
        for row in frame.join(earlier, on=key, how="semi").select(key).sort(key).iter_rows()
    ]


def row_name(key: Sequence[object]) -> str:
    """A row as problems name it, by the values of its key."""
    return "row " + ", ".join(map(str, key))
