"""The figures of a report: rows of one SELECT as chart, sentence, table and files."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl
from markupsafe import Markup

from nhs_assets.build.relation import rows_of
from nhs_assets.build.select import Select
from nhs_assets.contracts.columns import CONFIDENCE
from nhs_assets.ground import files
from nhs_assets.outputs.charts.drawing import NARROW, WIDE, Drawing
from nhs_assets.outputs.charts.registry import CHARTS
from nhs_assets.outputs.explained import Explained
from nhs_assets.outputs.exports.formula_escape import escape_formulas
from nhs_assets.outputs.report.cited import Citations
from nhs_assets.outputs.report.tables import HtmlTable, html_table
from nhs_assets.outputs.sentences import day_name


class ReportError(Exception):
    """A figure of the report cannot be drawn."""

    def __init__(self, figure_id: str, tables: tuple[str, ...], error: Exception) -> None:
        super().__init__(
            f"the figure {figure_id} ({', '.join(tables)}) cannot be drawn: {type(error).__name__}: {error}"
        )


@dataclass(frozen=True)
class Download:
    """A file beside the page."""

    label: str
    path: str
    size: str


@dataclass(frozen=True)
class Figure:
    """A chart with everything that belongs to it.

    Attributes:
        tables: published tables that it is made from.
        seed_files: how many seed files are behind these tables.
        stamp: citation, day, version and id, as drawn in its pictures.
    """

    figure_id: str
    drawing: Drawing
    reading: Markup
    rows: pl.DataFrame
    table: HtmlTable
    sql: str
    tables: tuple[str, ...]
    seed_files: int
    confidence: str | None
    cautions: tuple[str, ...]
    stamp: str

    @cached_property
    def wide(self) -> Markup:
        """The plot for a page."""
        return Markup(self.drawing.plot(WIDE))  # the canvas escapes every text

    @cached_property
    def narrow(self) -> Markup:
        """The plot for a phone."""
        return Markup(self.drawing.plot(NARROW))

    @cached_property
    def picture(self) -> str:
        """The picture that people share, as SVG."""
        return self.drawing.picture(self.stamp)

    def write(self, folder: Path) -> None:
        """Writes picture, rows and SELECT to the report's folder."""
        files.write_text(folder / f"charts/{self.figure_id}.svg", self.picture)
        files.write_text(folder / f"data/{self.figure_id}.csv", escape_formulas(self.rows).write_csv())
        files.write_text(folder / f"data/{self.figure_id}.sql", self.sql)

    def downloads(self, folder: Path) -> Iterator[Download]:
        """The files of the figure, with sizes."""
        for label, path in (("CSV", "data"), ("SVG", "charts"), ("PNG", "charts"), ("SQL", "data")):
            name = f"{path}/{self.figure_id}.{label.lower()}"
            yield Download(label, name, _kilobytes((folder / name).stat().st_size))


def figure_of(citations: Citations, sql_dir: Path, figure_id: str, known_on: str) -> Figure | None:
    """One figure; None if its SELECT gives no rows.

    Raises:
        ReportError: if it cannot be drawn; the message names the figure and its tables.
    """
    explained = citations.explained
    select = Select.from_file(sql_dir / "figures" / f"{figure_id}.sql")
    try:
        rows = rows_of(explained.connection, select.text)
        if rows.is_empty():
            return None
        drawing = CHARTS[figure_id](rows)
        tables = select.tables
        return Figure(
            figure_id=figure_id,
            drawing=drawing,
            reading=citations.sentence(select.header["reading"], rows),
            rows=rows,
            table=html_table(select.header["caption"], rows),
            sql=_shared(select),
            tables=tables,
            seed_files=_seed_files(explained, tables),
            confidence=_weakest(explained, tables),
            cautions=tuple(_cautions(explained, select.header["cautions"].split(", "))),
            stamp=stamp(figure_id, tables, known_on, explained.version),
        )
    except Exception as error:
        raise ReportError(figure_id, select.tables, error) from error


def stamp(figure_id: str, tables: tuple[str, ...], known_on: str, version: str | None = None) -> str:
    """Where a picture is from: citation, day, version and id."""
    of_version = f"version {version}, " if version else ""
    return f"Source: nhs_assets, {' and '.join(tables)}. Figure {figure_id}, {of_version}facts known to {known_on}."


def known_on(explained: Explained) -> str:
    """The day of the latest vintage, in words."""
    (row,) = explained.rows("SELECT max(known_from) AS day FROM evidence.vintage")
    return day_name(row["day"])


def _shared(select: Select) -> str:
    """The SELECT as readers get it, without the words of the report."""
    lines = select.text.splitlines(keepends=True)
    return f"-- {select.header['caption']}\n{''.join(lines[len(select.header) :])}"


def _seed_files(explained: Explained, tables: tuple[str, ...]) -> int:
    return len({seed["file"] for table in tables for seed in explained.seeds_of_table(table)})


def _weakest(explained: Explained, tables: tuple[str, ...]) -> str | None:
    rows = explained.rows(
        "SELECT weakest_confidence FROM audit.published_table WHERE list_contains($tables, table_name)",
        {"tables": list(tables)},
    )
    classes = {row["weakest_confidence"] for row in rows} - {None}
    return max(classes, key=CONFIDENCE.index, default=None)


def _cautions(explained: Explained, wanted: list[str]) -> Iterator[str]:
    rows = explained.rows("SELECT caution_id, statement FROM evidence.caution")
    statements = {row["caution_id"]: row["statement"] for row in rows}
    return (statements[caution] for caution in wanted)


def _kilobytes(size: int) -> str:
    return f"{max(1, round(size / 1000))} kB"
