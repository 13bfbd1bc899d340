"""Writes the files beside the database in a version."""

import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl

from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.outputs.exports.data_package import data_package, table_path
from nhs_assets.outputs.exports.formula_escape import escape_formulas
from nhs_assets.outputs.exports.workbook import TablesWorkbook
from nhs_assets.outputs.summary import headlines
from nhs_assets.settings import Settings
from nhs_assets.store.seal import File

WORKBOOK = "nhs_assets.xlsx"
PACKAGE = "datapackage.json"
PARQUET, CSV, EXCEL = "parquet", "csv", "excel"
RAW = "raw"
"""The schema whose sheets come last."""


class Exports:
    """The exports of a version that is being built. Used by one thread at a time."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        """Starts the exports in the version's folder, which nobody reads yet."""
        self._folder = folder
        self._formats = settings.formats
        self._longest_sheet = settings.workbook_rows
        self._last: dict[Contract, pl.DataFrame] = {}
        self.rows: dict[Contract, int] = {}
        """Number of rows of each published table."""

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
            if EXCEL not in self._formats:
                continue
            if described.schema == RAW:
                self._last[described] = frame
            else:
                self._workbook.add(described, frame)

    def close(self, database: Path, version: str) -> None:
        """Writes the workbook, and leaves out the Parquet files where they are not wanted."""
        self._seed_files = pl.read_parquet(self._path(contract("audit.seed_file"), PARQUET))
        if EXCEL in self._formats:
            for described, frame in self._last.items():
                self._workbook.add(described, frame)
            with duckdb.connect(str(database), read_only=True) as snapshot:
                answers = headlines(snapshot)
                (known_on,) = snapshot.execute("SELECT max(known_from) FROM evidence.vintage").fetchone()
            self._workbook.close(version, answers, known_on)
        if PARQUET not in self._formats:
            shutil.rmtree(self._folder / PARQUET)

    def describe(
        self, version: str, run_id: str, seeds: Mapping[str, Collection[str]], files: Collection[File]
    ) -> dict[str, str]:
        """``datapackage.json``, from every file of the version and the seed files behind each table."""
        package = data_package(version, run_id, self.rows, files, seeds, self._seed_files)
        return {PACKAGE: json.dumps(package, indent=1, ensure_ascii=False)}

    @cached_property
    def _workbook(self) -> TablesWorkbook:
        return TablesWorkbook(self._folder / WORKBOOK, self._longest_sheet)

    def _path(self, described: Contract, kind: str) -> Path:
        path = self._folder / table_path(described, kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
