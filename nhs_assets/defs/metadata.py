"""What the Dagster UI shows of a table: meaning and cautions, columns with units, preview, confidence, origins."""

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import dagster as dg
import polars as pl

from nhs_assets.build.select import WHOLE_TABLE, Lineage
from nhs_assets.contracts.columns import CONFIDENCE
from nhs_assets.contracts.registry import Column, Contract
from nhs_assets.ground.reading import plain
from nhs_assets.store.staging import TableRecord, Workspace

CAUTIONS = Path("evidence") / "caution.csv"
PUBLISHING_JOB = "refresh"
NO_QUANTITY = ("identifier", "category", "text", "code", "date", "month", "financial year", "yes/no", "sha256")
"""Units that say only what kind of value it is, which its type and description say too."""

MEANING_OF_CONFIDENCE = {"F": "found", "F(d)": "derived from what was found", "K": "background", "E": "estimate"}


def description(contract: Contract, seeds_dir: Path) -> str:
    """What a table means, what it does not support, and where to read on, as Markdown."""
    cautions = [
        f"- {caution['statement']}"
        for caution in _cautions(seeds_dir / CAUTIONS)
        if caution["table_pattern"] and fnmatchcase(contract.name, caution["table_pattern"])
    ]
    parts = [contract.description.replace("``", "`")]
    if cautions:
        parts.append("\n".join(["**What it does not support**", "", *cautions]))
    parts.append(
        f"**Ask:** `nhs-assets query` with a SELECT from `{contract.name}`. **One figure:** `nhs-assets explain` "
        "with its id. **Charts and answers:** `nhs-assets report`."
    )
    return "\n\n".join(parts)


@cache
def _cautions(file: Path) -> tuple[Mapping[str, str], ...]:
    with file.open(encoding="utf-8", newline="") as rows:
        return tuple(csv.DictReader(rows))


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
                description=_described(column),
                constraints=dg.TableColumnConstraints(
                    nullable=column.nullable, unique=key == (column.name,), other=["key"] if column.is_key else []
                ),
            )
            for column in contract.columns
        ]
    )


def of_materialisation(
    contract: Contract,
    record: TableRecord,
    workspace: Workspace,
    shown_rows: int,
    lineage: Lineage,
    reused: bool,
    job: str,
    charts: Iterable[str] = (),
) -> dict:
    """Materialisation metadata, in the order in which the UI shows it."""
    metadata: dict = {}
    if charts:
        metadata["chart"] = dg.MetadataValue.md("\n\n".join(charts))
    metadata["preview"] = rows(result_first(contract, workspace.head(contract.name, shown_rows)))
    if "confidence" in contract.column_names:
        metadata["confidence"] = _confidence(
            pl.read_parquet(workspace.path(contract.name), columns=["confidence"])["confidence"]
        )
    if lineage:
        metadata["where columns come from"] = dg.MetadataValue.md(markdown(_origins(lineage)))
    if job != PUBLISHING_JOB:
        metadata["published"] = f"Not by this run: the job {PUBLISHING_JOB} publishes, all tables together."
    metadata |= {"reused": reused, "sha256": record.sha256, "dagster/row_count": record.rows}
    by_column = {
        column: [dg.TableColumnDep(dg.AssetKey(table.split(".")), name) for table, name in derivation.sources]
        for column, derivation in lineage.items()
        if all(name != WHOLE_TABLE for _, name in derivation.sources)
    }
    if by_column:
        metadata["dagster/column_lineage"] = dg.TableColumnLineage(by_column)
    return metadata


def result_first(contract: Contract, frame: pl.DataFrame) -> pl.DataFrame:
    """The keys that vary, then the quantities, then the rest: the UI cuts a wide table off."""
    keys = [name for name in contract.primary_key if frame[name].n_unique() > 1]
    quantities = [column.name for column in contract.columns if column.unit not in NO_QUANTITY]
    return frame.select(list(dict.fromkeys([*keys, *quantities, *frame.columns])))


def _confidence(of_rows: pl.Series) -> str:
    """How many rows are of each class, surest first."""
    counts = Counter(of_rows.drop_nulls())
    return "; ".join(f"{counts[one]:,} {MEANING_OF_CONFIDENCE[one]} ({one})" for one in CONFIDENCE if counts[one])


def _origins(lineage: Lineage) -> pl.DataFrame:
    """Columns with what each is read from."""
    origins = [
        (column, ", ".join(_of_table(derivation.sources)), derivation.formula) for column, derivation in lineage.items()
    ]
    return pl.DataFrame(origins, schema=["column", "comes from", "how"], orient="row")


def _of_table(sources: Iterable[tuple[str, str]]) -> Iterable[str]:
    return (table if name == WHOLE_TABLE else f"{table}.{name}" for table, name in sources)


def rows(frame: pl.DataFrame) -> dg.TableMetadataValue:
    """A small frame as table metadata."""
    return dg.MetadataValue.table(
        records=[
            dg.TableRecord({name: "" if cell is None else plain(cell) for name, cell in row.items()})
            for row in frame.iter_rows(named=True)
        ],
        schema=dg.TableSchema([dg.TableColumn(name) for name in frame.columns]),
    )


def paragraphs(text: str) -> str:
    """Lines of text as Markdown paragraphs."""
    return "\n\n".join(text.splitlines())


def markdown(frame: pl.DataFrame) -> str:
    """A frame as a Markdown table; the UI opens one that is long in a window of its own."""
    if frame.is_empty():
        return "none"
    cells = [frame.columns, ["---"] * frame.width, *frame.rows()]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in row)} |" for row in cells)


def _cell(value: object) -> str:
    return "" if value is None else " ".join(plain(value).replace("|", "\\|").split())


def _described(column: Column) -> str:
    plain_text = column.description.replace("``", "")
    return plain_text if column.unit in NO_QUANTITY else f"{plain_text} Unit: {column.unit}."
