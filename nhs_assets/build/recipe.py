"""How a table is made, and making it; knows nothing of who orders it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import polars as pl

from nhs_assets.build.lineage import Lineage
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
        contract: what the table must be.
        reads: tables it is made from.
        make: writes the table's Parquet file to the path it is given. A table with ``reads`` uses nothing else of the
            workspace than them, so it can be made from any set of tables.
        code_version: changes when the same inputs may give other rows.
        kinds: what the UI shows it is made with.
        outside_inputs: files outside the data folder it is made from, with their checksums.
        source: the file to open from the UI.
        lineage: where each column comes from and how; worked out when asked.
        prepare: called before anything is looked at, where files must be taken in first.
        constants: names of ours that the code holds as text, among them the parameters it uses; worked out when asked.
    """

    contract: Contract
    reads: Sequence[str]
    make: Callable[[Settings, "Tables | Workspace", Path], None]
    code_version: str
    kinds: set[str]
    source: Path
    outside_inputs: Callable[[Settings], Mapping[str, str]] = field(default=lambda _: {})
    lineage: Callable[[Settings], Lineage] = field(default=lambda _: {})
    prepare: Callable[[Settings], None] = field(default=lambda _: None)
    constants: Callable[[], Sequence[str]] = field(default=lambda: ())


def build(recipe: Recipe, limits: Settings, workspace: Workspace) -> tuple[TableRecord, bool]:
    """Stages the table, or takes over the working one if code and inputs are unchanged.

    Returns:
        The record of the staged table, and whether it was taken over.
    """
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
