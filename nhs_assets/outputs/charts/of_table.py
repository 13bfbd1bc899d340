"""The charts of one table, drawn as soon as it is built, as Markdown with the picture inside."""

import base64
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path

from nhs_assets.build import engine
from nhs_assets.build.select import Select
from nhs_assets.outputs.charts.drawing import Drawing
from nhs_assets.outputs.charts.registry import CHARTS
from nhs_assets.settings import Settings


def charts_of(settings: Settings, table: str, paths: Mapping[str, Path]) -> list[str]:
    """Charts that show a table and are drawn from it and the tables it reads, whose Parquet files are given."""
    drawn = []
    for select in _about(settings.sql_dir, table, frozenset(paths)):
        with engine.session(settings, {name: paths[name] for name in select.tables}) as session:
            rows = session.rows(select)
        if not rows.is_empty():
            stamp = f"Source: nhs_assets, {' and '.join(select.tables)}, as built by this run."
            drawn.append(in_markdown(CHARTS[select.path.stem](rows), stamp))
    return drawn


def in_markdown(drawing: Drawing, stamp: str) -> str:
    """A picture inside the text that shows it, since the UI reaches no file."""
    return embedded(drawing.title, drawing.picture(stamp))


def embedded(title: str, svg: str) -> str:
    """An SVG picture inside Markdown."""
    return f"![{title}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


@cache
def _about(sql_dir: Path, table: str, there: Collection[str]) -> tuple[Select, ...]:
    return tuple(select for select in _selects(sql_dir) if table in select.tables and there >= set(select.tables))


@cache
def _selects(sql_dir: Path) -> tuple[Select, ...]:
    return tuple(Select.from_file(sql_dir / "figures" / f"{name}.sql") for name in CHARTS)
