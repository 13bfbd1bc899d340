"""How a table is made, and making it; independent of Dagster."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from nhs_assets.build.select import Lineage
from nhs_assets.contracts.registry import Contract
from nhs_assets.settings import Settings
from nhs_assets.store.staging import TableRecord, Workspace


class Tables(Protocol):
    """Tables to make another one from."""

    def path(self, table: str) -> Path:
        """Parquet file of a table."""

    def read(self, table: str) -> pl.DataFrame:
        """A table as a frame."""


@dataclass(frozen=True)
class Recipe:
    """How a table is made.

    Attributes:
        reads: tables it is made from.
        make: writes the table's Parquet file to the given path. A table with ``reads`` uses nothing else of the
            workspace, so it can be made from any set of tables.
        code_version: changes when the same inputs may give other rows.
        kinds: technologies named in the UI.
        source: the file to open from the UI.
        outside_inputs: checksums of the files outside the data folder that it is made from.
        lineage: gives the derivation of each column.
        prepare: called first, to ingest files.
        constants: gives the names that the code contains as text, among them the parameters it uses.
    """

    contract: Contract
    reads: Sequence[str]
    make: Callable[[Settings, "Tables | Workspace", Path], None]
    code_version: str
    kinds: set[str]
    source: Path
    outside_inputs: Callable[[Settings], Mapping[str, str]] = lambda _: {}
    lineage: Callable[[Settings], Lineage] = lambda _: {}
    prepare: Callable[[Settings], None] = lambda _: None
    constants: Callable[[], Sequence[str]] = lambda: ()


def digest(*parts: str | Path) -> str:
    """A checksum of texts, and of the text of files."""
    texts = (part.read_text(encoding="utf-8") if isinstance(part, Path) else part for part in parts)
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def build(recipe: Recipe, limits: Settings, workspace: Workspace) -> tuple[TableRecord, bool]:
    """Stages the table, or reuses (True) the working one if code and inputs are unchanged; returns its record too."""
    recipe.prepare(limits)
    inputs = {table: workspace.record(table).sha256 for table in recipe.reads}
    inputs |= recipe.outside_inputs(limits)
    reused = workspace.reuse(recipe.contract.name, recipe.code_version, inputs)
    if reused is not None:
        return reused, True
    record = workspace.stage(
        recipe.contract, recipe.code_version, inputs, lambda target: recipe.make(limits, workspace, target)
    )
    return record, False
