"""``datapackage.json``: what stands in a version, as the Frictionless standard describes data."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from nhs_assets.contracts.registry import Column, Contract

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES = {"VARCHAR": "string", "BIGINT": "integer", "DOUBLE": "number", "BOOLEAN": "boolean", "DATE": "date"}
LICENCES = (
    {
        "name": "OGL-UK-3.0",
        "title": "Open Government Licence v3.0",
        "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
    },
    {
        "name": "other-open",
        "title": "Open Parliament Licence v3.0",
        "path": "https://www.parliament.uk/site-information/copyright-parliament/open-parliament-licence/",
    },
)
"""Of most figures; the licence of each source stands with it, and that of the project's own figures is MIT."""

MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


@dataclass(frozen=True)
class File:
    """A file of a version as it stands on the disk: its path within the version, its size and its checksum."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Described:
    """A table of a version.

    Attributes:
        contract: what it is.
        rows: how many it has.
        files: its files, by format.
        seeds: seed files it goes back to.
    """

    contract: Contract
    rows: int
    files: Mapping[str, File]
    seeds: Sequence[str]


def data_package(
    version: str, run_id: str, tables: Collection[Described], others: Collection[File], seed_files: pl.DataFrame
) -> dict[str, object]:
    """The description as it is written.

    Args:
        version: the version it describes.
        run_id: the run that made it.
        tables: its tables.
        others: files that are no single table: the database and the workbook.
        seed_files: ``audit.seed_file``.
    """
    return {
        "$schema": PROFILE,
        "name": "nhs_assets",
        "title": "nhs_assets: settlement, overspend and savings tables for the NHS redundancy deal",
        "version": version,
        "run_id": run_id,
        "licenses": list(LICENCES),
        "sources": [_source(row) for row in seed_files.sort("file").iter_rows(named=True)],
        "resources": [_table(one, kind) for one in tables for kind in MEDIA_TYPES if kind in one.files]
        + [_other(one) for one in others],
    }


def _source(row: Mapping[str, object]) -> dict[str, object]:
    source = {"title": row["title"], "path": row["url"], "publisher": row["publisher"], "licence": row["licence"]}
    source |= {"date_published": row["date_published"] and str(row["date_published"]), "file": row["file"]}
    source |= {"rows": row["rows"], "hash": f"sha256:{row['sha256']}"}
    return {name: value for name, value in source.items() if value is not None}


def _table(one: Described, kind: str) -> dict[str, object]:
    file = one.files[kind]
    return {
        "name": one.contract.name if kind == "csv" else f"{one.contract.name}.{kind}",
        "type": "table",
        "description": one.contract.description,
        **_on_disk(file, MEDIA_TYPES[kind]),
        **({"encoding": "utf-8"} if kind == "csv" else {}),
        "rows": one.rows,
        "seeds": list(one.seeds),
        "schema": {
            "fields": [_field(column) for column in one.contract.columns],
            "primaryKey": list(one.contract.primary_key),
            "missingValues": [""],
        },
    }


def _field(column: Column) -> dict[str, object]:
    return {
        "name": column.name,
        "type": TYPES.get(column.duckdb_type, "number"),
        "unit": column.unit,
        "description": column.description,
        "constraints": {"required": not column.nullable},
    }


def _other(file: File) -> dict[str, object]:
    kinds = {".duckdb": "application/vnd.duckdb", ".xlsx": _EXCEL}
    return {"name": Path(file.path).name, **_on_disk(file, kinds[Path(file.path).suffix])}


def _on_disk(file: File, media_type: str) -> dict[str, object]:
    return {
        "path": file.path,
        "format": Path(file.path).suffix.removeprefix("."),
        "mediatype": media_type,
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }


_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
