"""``csvw-metadata.json``: the CSV files of a version, described by the W3C's standard CSV on the Web."""

from collections.abc import Collection

from nhs_assets.contracts.registry import Column, Contract, contract
from nhs_assets.outputs.exports.data_package import LICENCES, table_path

CONTEXT = ["http://www.w3.org/ns/csvw", {"@language": "en"}]
DATATYPES = {
    "BIGINT": "integer",
    "DOUBLE": "double",
    "DATE": "date",
    "BOOLEAN": {"base": "boolean", "format": "true|false"},
    "VARCHAR": "string",
}


def csvw_metadata(version: str, tables: Collection[Contract]) -> dict[str, object]:
    """The description of the CSV files of these tables."""
    return {
        "@context": CONTEXT,
        "dc:title": "nhs_assets: settlement, overspend and savings tables for the NHS redundancy deal",
        "dc:identifier": version,
        "dc:license": [{"@id": licence["path"]} for licence in LICENCES],
        "dialect": {"encoding": "utf-8", "header": True},
        "tables": [_table(described, tables) for described in tables],
    }


def _table(described: Contract, tables: Collection[Contract]) -> dict[str, object]:
    keys = [key for column in described.columns if (key := _foreign_key(column, tables)) is not None]
    return {
        "url": _url(described),
        "dc:title": described.name,
        "dc:description": described.description,
        "tableSchema": {
            "columns": [_column(column) for column in described.columns],
            "primaryKey": list(described.primary_key),
            **({"foreignKeys": keys} if keys else {}),
        },
    }


def _column(column: Column) -> dict[str, object]:
    return {
        "name": column.name,
        "titles": column.name,
        "datatype": DATATYPES.get(column.duckdb_type, "decimal"),
        "required": not column.nullable,
        "dc:description": column.description,
        "schema:unitText": column.unit,
    }


def _foreign_key(column: Column, tables: Collection[Contract]) -> dict[str, object] | None:
    """The table that a column refers to, where its values are the whole key of one; no cell of it may be empty."""
    if column.references is None or column.nullable:
        return None
    table, _, referred = column.references.rpartition(".")
    described = contract(table)
    if described not in tables or described.primary_key != (referred,):
        return None
    reference = {"resource": _url(described), "columnReference": referred}
    return {"columnReference": column.name, "reference": reference}


def _url(described: Contract) -> str:
    return table_path(described, "csv").as_posix()
