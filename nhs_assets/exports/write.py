"""Writes the files beside the database in a version."""

import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import polars as pl

from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.exports.data_package import File, data_package, table_path
from nhs_assets.exports.formula_escape import escape_formulas
from nhs_assets.exports.workbook import TablesWorkbook

WORKBOOK = "nhs_assets.xlsx"
PACKAGE = "datapackage.json"
PARQUET, CSV, EXCEL = "parquet", "csv", "excel"


class Exports:
    """The exports of a version that is being built. Used by one thread at a time."""

    def __init__(self, folder: Path, formats: Collection[str], longest_sheet: int) -> None:
        """Starts the exports.

        Args:
            folder: the version's folder, which nobody reads yet.
            formats: those wanted of parquet, csv and excel.
            longest_sheet: rows of the longest table that gets a sheet in the workbook.
        """
        self._folder = folder
        self._formats = frozenset(formats)
        self._workbook = TablesWorkbook(folder / WORKBOOK, longest_sheet) if EXCEL in self._formats else None
        self.rows: dict[Contract, int] = {}
        """Number of rows of each published table."""

    @property
    def wants_parquet(self) -> bool:
        """Whether the Parquet files are published."""
        return PARQUET in self._formats

    def copy(self, frozen: Mapping[Contract, Path]) -> dict[Contract, Path]:
        """Copies each table as Parquet, wanted or not: the other formats are made from it."""
        copied = {described: self._path(described, PARQUET) for described in frozen}
        for described, path in copied.items():
            # Copied, not linked: whoever writes into a working table by hand must not reach what is published.
            shutil.copyfile(frozen[described], path)
        return copied

    def add(self, tables: Iterable[Contract]) -> None:
        """Writes copied tables as CSV and into the workbook."""
        for described in tables:
            frame = pl.read_parquet(self._path(described, PARQUET))
            self.rows[described] = len(frame)
            if CSV in self._formats:
                escape_formulas(frame).write_csv(self._path(described, CSV))
            if self._workbook is not None:
                self._workbook.add(described, frame)

    def close(self) -> None:
        """Writes the workbook; no table can be added any more."""
        if self._workbook is not None:
            self._workbook.close()

    def describe(self, version: str, run_id: str, files: Collection[File], seeds: Mapping[str, Collection[str]]) -> str:
        """The text of ``datapackage.json``, from every file of the version and the seed files behind each table."""
        seed_files = pl.read_parquet(self._path(contract("audit.seed_file"), PARQUET))
        package = data_package(version, run_id, self.rows, files, seeds, seed_files)
        return json.dumps(package, indent=1, ensure_ascii=False)

    def _path(self, described: Contract, kind: str) -> Path:
        path = self._folder / table_path(described, kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
