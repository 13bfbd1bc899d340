"""Metadata of a table in the Dagster UI: columns with units, row count, lineage, preview."""

from pathlib import Path

import dagster as dg
import polars as pl

from nhs_assets.build.select import WHOLE_TABLE, Lineage
from nhs_assets.contracts.registry import Contract
from nhs_assets.store.staging import TableRecord


def of_definition(contract: Contract, source: Path) -> dict:
    """Definition metadata: columns, name in the published file, and the file that defines the table."""
    reference = dg.LocalFileCodeReference(file_path=str(source), label=source.name)
    return {
        "dagster/column_schema": column_schema(contract),
        "dagster/table_name": contract.name,
        "dagster/code_references": dg.CodeReferencesMetadataValue(code_references=[reference]),
    }


def column_schema(contract: Contract) -> dg.TableSchema:
    """Columns with type, unit, meaning and constraints."""
    key = contract.primary_key
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                column.name,
                column.duckdb_type,
                description=f"{column.description} Unit: {column.unit}.",
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable, unique=key == (column.name,), other=["key"] if column.is_key else []
                ),
                tags={"unit": _tag(column.unit)},
            )
            for column in contract.columns
        ]
    )


def of_materialisation(
    record: TableRecord, preview: pl.DataFrame, lineage: Lineage, reused: bool, chart: str | None = None
) -> dict:
    """Materialisation metadata; ``chart`` is Markdown."""
    metadata = {
        "dagster/row_count": record.rows,
        "preview": rows(preview),
        "reused": reused,
        "sha256": record.sha256,
    }
    if chart:
        metadata["chart"] = dg.MetadataValue.md(chart)
    by_column = {
        column: [dg.TableColumnDep(dg.AssetKey(table.split(".")), name) for table, name in derivation.sources]
        for column, derivation in lineage.items()
        if all(name != WHOLE_TABLE for _, name in derivation.sources)
    }
    if by_column:
        metadata["dagster/column_lineage"] = dg.TableColumnLineage(by_column)
    return metadata


def rows(frame: pl.DataFrame) -> dg.TableMetadataValue:
    """A small frame as table metadata."""
    return dg.MetadataValue.table(
        records=[
            dg.TableRecord({name: "" if cell is None else str(cell) for name, cell in row.items()})
            for row in frame.iter_rows(named=True)
        ],
        schema=dg.TableSchema([dg.TableColumn(name) for name in frame.columns]),
    )


def _tag(unit: str) -> str:
    # Dagster's tag values allow letters, digits, dashes, underscores and dots.
    return unit.replace("£m", "GBP_m").replace("£", "GBP").replace("%", "percent").replace("/", "_").replace(" ", "_")
