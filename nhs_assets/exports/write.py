"""Writes the files that stand beside the database in a version."""

import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import polars as pl

from nhs_assets.contracts.registry import Contract
from nhs_assets.exports.data_package import Described, File, data_package
from nhs_assets.exports.formula_escape import escape_formulas
from nhs_assets.exports.workbook import TablesWorkbook

WORKBOOK = "nhs_assets.xlsx"
PACKAGE = "datapackage.json"
PARQUET, CSV, EXCEL = "parquet", "csv", "excel"
SEED_FILE = "audit.seed_file"


class Exports:
    """The exports of one version on their way. Used by one thread at a time."""

    def __init__(self, folder: Path, formats: Collection[str], longest_sheet: int) -> None:
        """Begins them.

        Args:
            folder: the version's own folder, which nobody reads yet.
            formats: which are wanted: parquet, csv, excel.
            longest_sheet: rows of the longest table that gets a sheet in the workbook.
        """
        self._folder = folder
        self._formats = frozenset(formats)
        self._rows: dict[Contract, int] = {}
        self._workbook = TablesWorkbook(folder / WORKBOOK, longest_sheet) if EXCEL in self._formats else None

    @property
    def tables(self) -> int:
        """How many tables readers see."""
        return len(self._rows)

    @property
    def rows(self) -> int:
        """Rows of them all."""
        return sum(self._rows.values())

    @property
    def wants_parquet(self) -> bool:
        """Whether the Parquet files are published."""
        return PARQUET in self._formats

    def path(self, described: Contract, kind: str) -> Path:
        """Where a table stands in a format; the Parquet file is there while exports are made, wanted or not."""
        return self._folder / table_path(described, kind)

    def show(self, frozen: Mapping[Contract, Path]) -> dict[Contract, Path]:
        """Writes what readers see of each table as Parquet, and says where."""
        shown = {}
        for described, source in frozen.items():
            shown[described] = self.path(described, PARQUET)
            shown[described].parent.mkdir(parents=True, exist_ok=True)
            # Copied, not linked: whoever writes into a working table by hand must not reach what is published.
            shutil.copyfile(source, shown[described])
        return shown

    def add(self, tables: Iterable[Contract]) -> None:
        """Writes tables that are shown as CSV and into the workbook."""
        for described in tables:
            frame = pl.read_parquet(self.path(described, PARQUET))
            self._rows[described] = len(frame)
            if CSV in self._formats:
                target = self.path(described, CSV)
                target.parent.mkdir(parents=True, exist_ok=True)
                escape_formulas(frame).write_csv(target)
            if self._workbook is not None:
                self._workbook.add(described, frame)

    def close(self) -> None:
        """Ends the workbook; nothing can be added any more."""
        if self._workbook is not None:
            self._workbook.close()

    def describe(self, version: str, run_id: str, files: Collection[File], seeds: Mapping[str, Collection[str]]) -> str:
        """The text of ``datapackage.json``.

        Args:
            version: the version.
            run_id: the run that made it.
            files: every file of the version.
            seeds: seed files that each table goes back to.
        """
        by_path = {file.path: file for file in files}
        tables = []
        for described, rows in self._rows.items():
            paths = {kind: table_path(described, kind).as_posix() for kind in (PARQUET, CSV)}
            of_table = {kind: by_path.pop(path) for kind, path in paths.items() if path in by_path}
            tables.append(Described(described, rows, of_table, sorted(seeds.get(described.name, ()))))
        (seed_file,) = (described for described in self._rows if described.name == SEED_FILE)
        package = data_package(
            version, run_id, tables, list(by_path.values()), pl.read_parquet(self.path(seed_file, PARQUET))
        )
        return json.dumps(package, indent=1, ensure_ascii=False)


def table_path(described: Contract, kind: str) -> Path:
    """Path of a table within a version: ``csv/savings/appraisal.csv``."""
    return Path(kind) / described.schema / f"{described.table}.{kind}"
