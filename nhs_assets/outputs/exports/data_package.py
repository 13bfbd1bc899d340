"""``datapackage.json``: the content of a version, described by the Frictionless standard."""

from collections.abc import Collection, Mapping
from pathlib import PurePath

import polars as pl

from nhs_assets.contracts.registry import Contract
from nhs_assets.store.seal import File

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES = {"VARCHAR": "string", "BIGINT": "integer", "DOUBLE": "number", "BOOLEAN": "boolean", "DATE": "date"}
LICENCES = [
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
]
"""Licences of most figures; each source states its own, and the project's own figures are under MIT."""

TABLE_FORMATS = ("csv", "parquet")
MEDIA_TYPES = {
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "duckdb": "application/vnd.duckdb",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html",
    "svg": "image/svg+xml",
    "png": "image/png",
    "sql": "application/sql",
    "txt": "text/plain",
}


def table_path(described: Contract, kind: str) -> PurePath:
    """Path of a table within a version: ``csv/savings/appraisal.csv``."""
    return PurePath(kind) / described.schema / f"{described.table}.{kind}"


def data_package(
    version: str,
    run_id: str,
    rows: Mapping[Contract, int],
    files: Collection[File],
    seeds: Mapping[str, Collection[str]],
    seed_files: pl.DataFrame,
) -> dict[str, object]:
    """The description of a version.

    Args:
        version: the version.
        run_id: the run that made it.
        rows: number of rows of each table.
        files: every file of the version.
        seeds: seed files behind each table, by its name.
        seed_files: rows of ``audit.seed_file``.
    """
    by_path = {file.path: file for file in files}
    paths = {table_path(described, kind).as_posix(): described for described in rows for kind in TABLE_FORMATS}
    tables = [
        _table(described, by_path[path], rows[described], sorted(seeds.get(described.name, ())))
        for path, described in paths.items()
        if path in by_path
    ]
    others = [{"name": file.path.replace("/", "."), **_file(file)} for file in files if file.path not in paths]
    return {
        "$schema": PROFILE,
        "name": "nhs_assets",
        "title": "nhs_assets: settlement, overspend and savings tables for the NHS redundancy deal",
        "version": version,
        "run_id": run_id,
        "licenses": LICENCES,
        "sources": [_source(row) for row in seed_files.sort("file").iter_rows(named=True)],
        "resources": tables + others,
    }


def _source(row: Mapping[str, object]) -> dict[str, object]:
    source = {"title": row["title"], "path": row["url"], "publisher": row["publisher"], "licence": row["licence"]}
    source |= {"date_published": row["date_published"] and str(row["date_published"]), "file": row["file"]}
    source |= {"rows": row["rows"], "hash": f"sha256:{row['sha256']}"}
    return {name: value for name, value in source.items() if value is not None}


def _table(described: Contract, file: File, rows: int, seeds: list[str]) -> dict[str, object]:
    is_csv = file.path.endswith(".csv")
    fields = [
        {
            "name": column.name,
            "type": TYPES.get(column.duckdb_type, "number"),
            "unit": column.unit,
            "description": column.description,
            "constraints": {"required": not column.nullable},
        }
        for column in described.columns
    ]
    return {
        "name": described.name if is_csv else f"{described.name}.parquet",
        "type": "table",
        "description": described.description,
        **_file(file),
        **({"encoding": "utf-8"} if is_csv else {}),
        "rows": rows,
        "seeds": seeds,
        "schema": {"fields": fields, "primaryKey": list(described.primary_key), "missingValues": [""]},
    }


def _file(file: File) -> dict[str, object]:
    ending = PurePath(file.path).suffix.removeprefix(".")
    return {
        "path": file.path,
        "format": ending,
        "mediatype": MEDIA_TYPES[ending],
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
    }
