"""Writes the files beside the database in a version."""

import json
import shutil
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path

import duckdb
import polars as pl

from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.outputs.exports.csvw import csvw_metadata
from nhs_assets.outputs.exports.data_package import data_package, table_path
from nhs_assets.outputs.exports.formula_escape import escape_formulas
from nhs_assets.outputs.exports.model_workbook import write_model_workbook
from nhs_assets.outputs.exports.workbook import TablesWorkbook
from nhs_assets.outputs.summary import headlines
from nhs_assets.outputs.what_if import WhatIfError, what_if
from nhs_assets.settings import Settings
from nhs_assets.store.seal import File

WORKBOOK, MODEL_WORKBOOK = "nhs_assets.xlsx", "nhs_assets_model.xlsx"
PACKAGE, CSVW = "datapackage.json", "csvw-metadata.json"
PARQUET, CSV, EXCEL = "parquet", "csv", "excel"
RAW = "raw"
"""The schema whose sheets come last."""


class Exports:
    """The exports of a version that is being built. Used by one thread at a time."""

    def __init__(self, settings: Settings, folder: Path, version: str) -> None:
        """Starts the exports of a version in its folder, which nobody reads yet."""
        self._folder, self._version = folder, version
        self._formats = settings.formats
        self._longest_sheet = settings.workbook_rows
        self._last: dict[Contract, pl.DataFrame] = {}
        self.rows: dict[Contract, int] = {}
        """Number of rows of each published table."""
        self.unwritten: str | None = None
        """Why there is no workbook of the model, if there is none."""

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
        # With the first tables, while the checks of a publication are evaluated.
        if EXCEL in self._formats and not (self.unwritten or (self._folder / MODEL_WORKBOOK).exists()):
            self._write_model()

    def _write_model(self) -> None:
        try:
            write_model_workbook(self._folder / MODEL_WORKBOOK, what_if(self._folder), self._version)
        except WhatIfError as error:
            self.unwritten = f"without {MODEL_WORKBOOK}: {error}"

    def close(self, database: Path) -> None:
        """Writes the workbook, and leaves out the Parquet files where they are not wanted."""
        self._seed_files = pl.read_parquet(self._path(contract("audit.seed_file"), PARQUET))
        if EXCEL in self._formats:
            for described, frame in self._last.items():
                self._workbook.add(described, frame)
            with duckdb.connect(str(database), read_only=True) as snapshot:
                answers = headlines(snapshot)
                (known_on,) = snapshot.execute("SELECT max(known_from) FROM evidence.vintage").fetchone()
            self._workbook.close(self._version, answers, known_on)
        if PARQUET not in self._formats:
            shutil.rmtree(self._folder / PARQUET)

    def describe(self, run_id: str, seeds: Mapping[str, Collection[str]], files: Collection[File]) -> dict[str, str]:
        """``datapackage.json``, of every file of the version and the seed files behind each table; that of the CSV."""
        package = data_package(self._version, run_id, self.rows, files, seeds, self._seed_files)
        described = {PACKAGE: package}
        if CSV in self._formats:
            described[CSVW] = csvw_metadata(self._version, self.rows)
        return {name: json.dumps(content, indent=1, ensure_ascii=False) for name, content in described.items()}

    @cached_property
    def _workbook(self) -> TablesWorkbook:
        return TablesWorkbook(self._folder / WORKBOOK, self._longest_sheet)

    def _path(self, described: Contract, kind: str) -> Path:
        path = self._folder / table_path(described, kind)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
