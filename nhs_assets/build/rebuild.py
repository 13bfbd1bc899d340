"""Any product table from any set of raw tables, by the same recipes, without an orchestrator and without publishing.

What was made once is kept: a table is made again only where the bytes of what it reads, or its code, differ.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from nhs_assets.build.recipe import Recipe
from nhs_assets.contracts.registry import Contract
from nhs_assets.ground import files
from nhs_assets.ground.problems import RebuildError
from nhs_assets.settings import Settings


@dataclass(frozen=True)
class Made:
    """Tables that were made or given, as recipes read them."""

    paths: Mapping[str, Path]

    def path(self, table: str) -> Path:
        """Parquet file of a table."""
        return self.paths[table]

    def read(self, table: str) -> pl.DataFrame:
        """A table as a frame."""
        return pl.read_parquet(self.paths[table])


@dataclass
class Rebuild:
    """Makes product tables in a scratch folder.

    The rows are not held against the contracts' rules or the checks: a mix of inputs may break them and still tell
    what an input does.

    Attributes:
        settings: limits of DuckDB.
        recipes: how each product table is made, by name.
        folder: where tables are kept; may be thrown away at any time.
        on_made: called with the name of each table that had to be made.
    """

    settings: Settings
    recipes: Mapping[str, Recipe]
    folder: Path
    on_made: Callable[[str], None] = field(default=lambda _: None)

    def keep(self, described: Contract, frame: pl.DataFrame) -> Path:
        """Writes a raw table; the same rows give the same file."""
        ordered = frame.select(described.column_names).cast(dict(described.polars_schema()))
        return self._by_content(described.name, ordered.sort(described.primary_key).write_parquet)

    def tables(self, raw: Mapping[str, Path], wanted: Iterable[str]) -> dict[str, Path]:
        """Parquet files of the tables wanted, made from the raw tables given.

        Args:
            raw: Parquet file of every raw table that the tables wanted go back to, as ``keep`` wrote it.
            wanted: names of tables; raw ones are handed back as they are.

        Raises:
            RebuildError: if a table cannot be made from them, with its name and why.
        """
        paths = dict(raw)
        wanted = sorted(wanted)
        for table in wanted:
            self.make(table, paths)
        return {table: paths[table] for table in wanted}

    def make(self, table: str, paths: dict[str, Path]) -> Path:
        """Parquet file of one table; what is made on the way is added to the paths.

        Args:
            table: its name.
            paths: Parquet files of tables that are there, the raw ones behind it among them.

        Raises:
            RebuildError: as for :meth:`tables`.
        """
        if table in paths:
            return paths[table]
        recipe = self.recipes[table]
        for source in recipe.reads:
            self.make(source, paths)
        # A kept file is named by its bytes, so names say what a table would be made from.
        parts = [recipe.code_version, *(paths[source].stem for source in recipe.reads)]
        note = self.folder / "made" / f"{table}-{hashlib.sha256(' '.join(parts).encode()).hexdigest()}"
        if not note.exists():
            files.write_text(note, self._content(recipe, Made(paths)).name)
            self.on_made(table)
        paths[table] = self.folder / "content" / note.read_text(encoding="utf-8")
        return paths[table]

    def raw_behind(self, tables: Iterable[str]) -> set[str]:
        """Raw tables that these tables go back to."""
        found: set[str] = set()
        for table in tables:
            found |= self.raw_behind(self.recipes[table].reads) if table in self.recipes else {table}
        return found

    def tables_behind(self, tables: Iterable[str]) -> set[str]:
        """Tables that are made on the way to these, themselves included."""
        made = {table for table in tables if table in self.recipes}
        return made.union(*(self.tables_behind(self.recipes[table].reads) for table in made))

    def _content(self, recipe: Recipe, made: Made) -> Path:
        name = recipe.contract.name
        try:
            return self._by_content(name, lambda target: recipe.make(self.settings, made, target))
        except Exception as error:  # whatever a SELECT or the model says of inputs that do not go together
            raise RebuildError(f"{name} cannot be made from these inputs: {error}") from error

    def _by_content(self, name: str, write: Callable[[Path], object]) -> Path:
        """Writes a table and names it by its bytes."""
        folder = self.folder / "content"
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / f".{name}.partial"
        write(partial)
        return partial.rename(folder / f"{name}-{files.sha256(partial)}.parquet")
