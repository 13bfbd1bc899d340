"""Vintages that come with their own folder: what their origin files say of the vintage and of its document.

``seeds/vintages/<vintage>/<table>.csv`` adds the rows of one vintage to a seed. Beside the keys of every origin, the
origin there may hold ``document`` (the document the rows stand in) and ``vintage`` (what happened that day), so that
a new vintage needs no row in any other seed.
"""

from collections.abc import Sequence

import polars as pl

from nhs_assets.contracts.registry import Contract
from nhs_assets.ground.problems import Problem
from nhs_assets.ground.yaml_files import cell_text
from nhs_assets.sources.cells import typed

DOCUMENT_KEYS = ("source_id", "kind", "evidence_grade")
VINTAGE_KEYS = ("label", "event", "known_from")
DECLARED = {"raw.source": "document", "raw.vintage": "vintage"}
"""The tables that origin files add rows to, and the block that makes the row."""

Row = dict[str, object]


def declared_row(table: str, vintage_id: str | None, origin: Row) -> Row | None:
    """The row that an origin adds to a table, if it has the block for it; its blocks must be well formed.

    Args:
        table: a key of :data:`DECLARED`.
        vintage_id: the vintage that the file was added for.
        origin: all keys of the origin file.
    """
    block, document = origin.get(DECLARED[table]), origin.get("document")
    if not isinstance(block, dict) or not isinstance(document, dict):
        return None
    if table == "raw.vintage":
        return {"vintage_id": vintage_id, **block, "source_id": document["source_id"]}
    return {
        **document,
        "publisher": origin["publisher"],
        "title": origin["title"],
        "url": origin["url"],
        "published_on": origin["date_published"],
        "accessed_on": origin["date_accessed"],
        "licence": origin["licence"],
        "origin_group": document["source_id"],
        "fidelity": "clean",
    }


def block_problems(file: str, origin: Row) -> list[Problem]:
    """What is wrong with the blocks of an origin file."""
    problems = []
    for block, keys in {"document": DOCUMENT_KEYS, "vintage": VINTAGE_KEYS}.items():
        found = origin.get(block)
        if found is not None and (not isinstance(found, dict) or set(found) != set(keys)):
            problems.append(
                Problem(file, f"the block '{block}' has the wrong keys", f"It has exactly: {', '.join(keys)}.")
            )
    if origin.get("vintage") is not None and origin.get("document") is None:
        problems.append(Problem(file, "a vintage needs its document", "Add the block 'document'."))
    return problems


def typed_row(file: str, described: Contract, row: Row) -> tuple[pl.DataFrame, list[Problem]]:
    """A declared row as its contract types it, and what is wrong with it."""
    text = {name: [cell_text(row.get(name))] for name in described.column_names}
    frame = pl.DataFrame(text, schema=dict.fromkeys(described.column_names, pl.String))
    return typed(file, described, [f"block {DECLARED[described.name]}"], frame)


def foreign_rows(file: str, described: Contract, vintage_id: str, frame: pl.DataFrame) -> list[Problem]:
    """The rows of a vintage's file that do not name the vintage whose folder it stands in."""
    naming = [column.name for column in described.columns if column.names_vintage]
    return [
        Problem(
            file,
            f"does not name the vintage of its folder, {vintage_id}",
            "Move the row to the folder of its vintage, or correct the vintage.",
            row="row " + ", ".join(str(row[name]) for name in described.primary_key),
        )
        for row in frame.filter(~pl.any_horizontal(pl.col(naming) == vintage_id)).iter_rows(named=True)
    ]


def repeated_rows(described: Contract, frames: Sequence[tuple[str, pl.DataFrame]]) -> list[Problem]:
    """Rows whose key stands in more than one of the files of a table."""
    key = list(described.primary_key)
    problems = []
    for place, (file, frame) in enumerate(frames):
        for earlier_file, earlier in frames[:place]:
            problems += [
                Problem(
                    file,
                    f"the row stands in {earlier_file} too",
                    "Keep one of them: what is known is never edited, a later figure is a row of a later vintage.",
                    row="row " + ", ".join(map(str, row)),
                )
                for row in frame.join(earlier, on=key, how="semi").select(key).sort(key).iter_rows()
            ]
    return problems
