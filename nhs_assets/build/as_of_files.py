"""Files with what the tables say as of a day: a set for the vintages beside the published file, others when asked."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl

from nhs_assets.build import as_of, database, engine
from nhs_assets.build.as_of import DOCUMENTS, Knowledge, NothingKnownError, State
from nhs_assets.build.audit import CONCLUSION, conclusion_recipe
from nhs_assets.build.database import fill_tables, rows_in, write_empty_tables
from nhs_assets.build.rebuild import Rebuild
from nhs_assets.build.recipe import digest
from nhs_assets.build.wiring import product_recipes, without_draws
from nhs_assets.contracts.as_of import METHOD_OF_TODAY
from nhs_assets.contracts.known import VINTAGE
from nhs_assets.contracts.registry import Contract, contract, contracts, contracts_of
from nhs_assets.ground import files
from nhs_assets.ground.locks import held
from nhs_assets.ground.scratch import scratch_folder
from nhs_assets.settings import Settings
from nhs_assets.store import as_of as stored
from nhs_assets.store.snapshot import DATABASE, Shape, current_whole, open_published, shapes

LONGEST_WITH_KEY = 1_000
"""Rows of the longest table whose key is declared: keys of longer ones take longer to write than the tables."""

RAW_TABLES = [name for name, described in contracts().items() if described.schema == "raw"]


@dataclass(frozen=True)
class Past:
    """What building the files of a version did: seconds for each vintage that was built, and how many were reused."""

    built: Mapping[str, float]
    reused: int


@dataclass
class Writer:
    """Writes the file of a state of knowledge, from the recipes of today.

    Attributes:
        settings: limits, and where the SELECTs are.
        folder: where tables are made; what two states share is made once.
        of_today: tables over draws, which a file has without rows, so that what reads them can be asked of any day.
    """

    settings: Settings
    folder: Path
    rebuild: Rebuild = field(init=False)
    of_today: list[Contract] = field(init=False)

    def __post_init__(self) -> None:
        recipes = product_recipes(self.settings.sql_dir)
        kept = {name: recipes[name] for name in without_draws(recipes)}
        self.of_today = [contract(name) for name in recipes if name not in kept]
        kept[CONCLUSION] = conclusion_recipe(self.settings.sql_dir)
        self.rebuild = Rebuild(self.settings, kept, self.folder)

    @cached_property
    def code_version(self) -> str:
        """Follows from all the code and contracts behind a file."""
        made = sorted(f"{name} {recipe.code_version}" for name, recipe in self.rebuild.recipes.items())
        described = [contract(name) for name in RAW_TABLES] + contracts_of("as_of") + self.of_today
        modules = [Path(module.__file__).read_text(encoding="utf-8") for module in (as_of, database)]
        parts = [*made, *(one.version for one in described), *modules, METHOD_OF_TODAY, engine.VERSION, pl.__version__]
        return digest(*parts)

    def knowledge(self, raw: Mapping[str, pl.DataFrame]) -> Knowledge:
        """The knowledge of raw tables, with the days of their documents worked out."""
        behind = {name: self.rebuild.keep(contract(name), raw[name]) for name in self.rebuild.raw_behind([DOCUMENTS])}
        return Knowledge(raw, pl.read_parquet(self.rebuild.tables(behind, [DOCUMENTS])[DOCUMENTS]))

    def file(self, state: State) -> Path:
        """The file of a state: one that a set or the cache holds, or one that is built now.

        Raises:
            RebuildError: if a table cannot be made, with its name and why.
        """
        inputs = self.inputs(state)
        key = self.key(inputs)
        found = stored.find_built(self.settings.data_dir / "published", key)
        if found is not None:
            return found[0]
        return stored.cached(self.settings.data_dir, key, lambda target: self.write(inputs, target))

    def inputs(self, state: State) -> dict[Contract, Path]:
        """The raw tables of a state, and what its file says about itself."""
        frames = {contract(name): rows for name, rows in state.raw.items()}
        frames |= {described: _about(described, state) for described in contracts_of("as_of")}
        return {described: self.rebuild.keep(described, rows) for described, rows in frames.items()}

    def key(self, inputs: Mapping[Contract, Path]) -> str:
        """Follows from all that a file is made of: kept tables are named by their bytes."""
        return digest(self.code_version, *sorted(path.name for path in inputs.values()))

    def write(self, inputs: dict[Contract, Path], target: Path) -> None:
        """Writes a file.

        Raises:
            RebuildError: if a table cannot be made, with its name and why.
        """
        self.write_made(self.make(inputs), target)

    def make(self, inputs: dict[Contract, Path]) -> list[tuple[Contract, Path]]:
        """Makes the tables of a file.

        Raises:
            RebuildError: if a table cannot be made, with its name and why.
        """
        no_rows = {one: self.rebuild.keep(one, pl.DataFrame(schema=one.polars_schema())) for one in self.of_today}
        paths = {described.name: path for described, path in (inputs | no_rows).items()}
        order = [*inputs, *(contract(name) for name in contracts() if name in self.rebuild.recipes)]
        made = [(described, self.rebuild.make(described.name, paths)) for described in order]
        return [*made, *no_rows.items()]

    def write_made(self, tables: Sequence[tuple[Contract, Path]], target: Path) -> None:
        """Writes a file from its tables."""
        with_key = frozenset(one.name for one, path in tables if rows_in(path) <= LONGEST_WITH_KEY)
        template = self.folder / f"{digest(*sorted(with_key))}.duckdb"
        if not template.exists():  # declaring tables and comments takes as long as filling them
            write_empty_tables(self.settings, template, [(one, one.name in with_key) for one, _ in tables])
        shutil.copyfile(template, target)
        fill_tables(self.settings, target, tables)


def build_past(settings: Settings, say: Callable[[str], None]) -> Past:
    """Builds the set of files of the shown version, one for each vintage; what has not changed is reused.

    Raises:
        RebuildError: if a table of a past state cannot be made. The previous set stays.
    """
    published = settings.data_dir / "published"
    with held(published / stored.LOCK, "the files of past days", say), scratch_folder() as folder:
        stored.remove_abandoned(published)
        version = current_whole(settings.data_dir)
        if version is None:
            return Past({}, 0)
        writer = Writer(settings, folder)
        name = digest(writer.code_version, stored.tables_of(version))[:12]
        current = stored.set_of(version)
        if current is not None and current.name == name and stored.is_set_whole(current):
            return Past({}, len(stored.read_set(current)[1]))
        say(f"version {version.name} is published; building as-of files")
        knowledge = writer.knowledge(published_raw(version))
        days = knowledge.raw[VINTAGE].sort("known_from", "vintage_id").select("vintage_id", "known_from").rows()
        seconds, built = {}, []
        # One thread makes the tables of the files to come while the other writes a file.
        with stored.building_set(published) as building, ThreadPoolExecutor(max_workers=1) as pool:
            planned = []
            for vintage_id, day in days:
                state = knowledge.by(day)
                inputs = writer.inputs(state)
                last_day = None if state.last_day is None else state.last_day.isoformat()
                file = stored.AsOfFile(vintage_id, day.isoformat(), last_day, writer.key(inputs), sha256="")
                found = stored.find_built(published, file.key)
                planned.append((file, found, None if found else pool.submit(writer.make, inputs)))
            for file, found, made in planned:
                started = time.monotonic()
                target = building / f"{file.vintage_id}.duckdb"
                if found:
                    files.link(found[0], target)
                    built.append(replace(file, sha256=found[1].sha256))
                    continue
                writer.write_made(made.result(), target)
                target.chmod(0o444)
                files.sync(target)
                built.append(replace(file, sha256=files.sha256(target)))
                seconds[file.vintage_id] = time.monotonic() - started
            stored.show_set(version, building, name, built)
    return Past(seconds, len(built) - len(seconds))


def file_as_of(settings: Settings, version: Path, day: date) -> Path:
    """The file that answers for a day: one of the version's set, or one that is built now and cached.

    Raises:
        NothingKnownError: if the day lies before the first vintage.
        RebuildError: if a table of that day cannot be made.
    """
    folder = stored.set_of(version)
    for file in stored.read_set(folder)[1] if folder is not None and stored.is_current(folder, version) else ():
        if file.answers(day):
            return stored.path_of(folder, file)
    with scratch_folder() as scratch:
        writer = Writer(settings, scratch)
        return writer.file(writer.knowledge(published_raw(version)).by(day))


def published_raw(version: Path) -> dict[str, pl.DataFrame]:
    """Raw tables of a published version.

    Raises:
        NothingKnownError: if they have other columns than today's code expects.
    """
    with open_published(version / DATABASE) as connection:
        found = shapes(connection)
        for name in RAW_TABLES:
            expected = {column.name: Shape(column.duckdb_type, column.unit) for column in contract(name).columns}
            if found.get(name) != expected:
                raise NothingKnownError("the published version was made by other code: run nhs-assets refresh first")
        return {
            name: pl.DataFrame(
                connection.table(name).select(*contract(name).column_names).fetchall(),
                schema=contract(name).polars_schema(),
                orient="row",
            )
            for name in RAW_TABLES
        }


def _about(described: Contract, state: State) -> pl.DataFrame:
    """The rows of a table in which a file speaks of itself."""
    schema = described.polars_schema()
    if described.table == "later_method":
        return state.later_method.select(schema.names())
    if described.table == "state":
        label = state.raw[VINTAGE].filter(vintage_id=state.vintage_id)["label"].item()
        rows = [[state.since, state.vintage_id, label, METHOD_OF_TODAY, state.borrowed_from]]
        return pl.DataFrame(rows, schema=schema, orient="row")
    later = dict(state.later_method.group_by("raw_table").len().iter_rows())
    rows = [
        [name, "method" if contract(name).known.is_method else "fact", len(frame), later.get(name, 0)]
        for name, frame in state.raw.items()
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")
