"""Recipes of ``audit``: the files behind the tables, the quarantined rows, the conclusions."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from nhs_assets.build import conclusions
from nhs_assets.build import engine as duckdb_engine
from nhs_assets.build.recipe import Recipe, Tables, digest
from nhs_assets.build.seed import listed_records, seed_checksums, seeds_as_listed
from nhs_assets.build.select import WHOLE_TABLE, Derivation, Lineage
from nhs_assets.contracts.registry import contract, contracts
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.problems import BadInputError
from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.suppression import Disclosure, rounded
from nhs_assets.settings import Settings
from nhs_assets.sources import cells, claims, csv_text, parameters, scenarios, seed_cells, seed_files, seeds
from nhs_assets.store.reports import write_refusal
from nhs_assets.store.staging import Workspace

SEED_FILE = "audit.seed_file"
QUARANTINE = "audit.quarantine"
CONCLUSION = "audit.conclusion"

HERE = Path(__file__)


def seed_file_recipe() -> Recipe:
    """How the list of seed files is made: from their origins, for the very files the raw tables were read from."""
    described = contract(SEED_FILE)

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        base = Disclosure.from_parameters(ParameterSet(workspace.read(parameters.PARAMETERS))).base
        received = seeds_as_listed(settings, workspace.read(seed_files.RECEIVED))
        rows = [_seed_row(seed, base) for seed in (*seed_files.find_seeds(settings.seeds_dir), *received)]
        for path in parameters.parameter_files(settings.seeds_dir):
            rows.append(
                _file_row(path, settings.seeds_dir)
                | {
                    "raw_table": parameters.PARAMETERS,
                    "publisher": "Named for each value",
                    "title": f"Parameters: {path.stem.replace('_', ' ')}",
                    "description": "Dated values with range, source and day of review, each with its own reference.",
                    "licence": "As the source of each value",
                    "rows": sum(len(entry["values"]) for entry in read_yaml(path)),
                }
            )
        for path in scenarios.scenario_files(settings.seeds_dir):
            rows.append(
                _file_row(path, settings.seeds_dir)
                | {
                    "raw_table": scenarios.SCENARIOS,
                    "publisher": "nhs_assets",
                    "title": f"Scenario: {path.stem.replace('_', ' ')}",
                    "description": "What differs from the best estimate, and why it is run.",
                    "licence": "MIT",
                    "rows": 1,
                }
            )
        pl.DataFrame(rows, schema=described.polars_schema()).sort(described.primary_key).write_parquet(target)

    def outside_inputs(settings: Settings) -> dict[str, str]:
        origins = (seed.origin_path for seed in seed_files.find_seeds(settings.seeds_dir))
        return seed_checksums(settings.seeds_dir, (path for path in origins if path.exists()))

    return Recipe(
        contract=described,
        reads=tuple(name for name, table in contracts().items() if table.schema == "raw"),
        make=make,
        code_version=digest(HERE, described.version),
        kinds={"polars", "yaml"},
        source=HERE.resolve(),
        outside_inputs=outside_inputs,
    )


def _seed_row(seed: seed_files.Seed, base: int) -> dict:
    origin = seed_files.read_origin(seed)
    own = ("publisher", "title", "description", "date_published", "licence", "url", "sha256")
    # The rows of a staff list are people.
    rows = rounded(pl.Series([origin.rows]), base).item() if seed.is_staff_list else origin.rows
    stated = {name: getattr(origin, name) for name in own}
    return {"file": seed.file, "raw_table": seed.contract.name, "rows": rows, **stated}


def _file_row(path: Path, seeds_dir: Path) -> dict:
    (file, sha256), *_ = seed_checksums(seeds_dir, [path]).items()
    return {"file": file, "sha256": sha256, "date_published": None, "url": None}


def quarantine_recipe(clock: Clock) -> Recipe:
    """How the list of refused rows is made: from the very files, against the very tables, that the raw tables used.

    Each file with refused rows also gets a report in the quarantine folder. ``clock`` gives the day, after which no
    claim may be dated.
    """
    described = contract(QUARANTINE)
    read = {table for rules in seeds.INDEPENDENT_ROWS.values() for table in rules.INPUT_TABLES}

    def independent_seeds(settings: Settings) -> list[seed_files.Seed]:
        found = seed_files.find_seeds(settings.seeds_dir)
        return [seed for seed in found if seed.contract.name in seeds.INDEPENDENT_ROWS]

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        rows = []
        for seed in independent_seeds(settings):
            tables = {table: workspace.read(table) for table in seeds.INDEPENDENT_ROWS[seed.contract.name].INPUT_TABLES}
            refused = seeds.refused_rows(seed, seeds.RowContext(tables, clock.today()))
            if refused:
                write_refusal(settings.data_dir, seed.contract.name, BadInputError(refused))
            keys = seed_cells.keys_by_line(seed, seed.path.read_bytes())
            rows += [
                {
                    "file": f"seeds/{seed.name}",
                    "row": problem.row,
                    "column_name": problem.column or "row",
                    "broken_rule": problem.rule,
                    "row_key": keys.get(problem.row),
                    "found": problem.value,
                    "remedy": problem.remedy,
                }
                for problem in refused
            ]
        rows += refused_rows(settings, workspace.read(seed_files.RECEIVED))
        pl.DataFrame(rows, schema=described.polars_schema()).unique().sort(described.primary_key).write_parquet(target)

    def outside_inputs(settings: Settings) -> dict[str, str]:
        inputs: dict[str, str] = {}
        for seed in independent_seeds(settings):
            inputs |= seed_checksums(settings.seeds_dir, [seed.path]) | seeds.day_of_use(seed, clock.today())
        return inputs

    modules = [Path(module.__file__) for module in (cells, claims, csv_text, seed_cells, seed_files, seeds)]
    return Recipe(
        contract=described,
        reads=tuple(sorted({*read, *seeds.INDEPENDENT_ROWS, seed_files.RECEIVED})),
        make=make,
        code_version=digest(HERE, *modules, described.version),
        kinds={"polars", "csv"},
        source=HERE.resolve(),
        outside_inputs=outside_inputs,
    )


def refused_rows(settings: Settings, received: pl.DataFrame) -> list[dict[str, object]]:
    """Rows of ``audit.quarantine`` for the problems of files in ``raw.inbox_file``, one for each place and rule."""
    found: dict[tuple, dict[str, object]] = {}
    for record in listed_records(settings, received):
        for problem in record.problems:
            has_line = isinstance(problem.row, int)
            sheet = None if problem.sheet is None else f"sheet {problem.sheet}"
            row = {
                "file": record.file,
                "row": problem.row if has_line else 1,
                "column_name": problem.column or ("row" if has_line else "file"),
                "broken_rule": problem.rule,
                "row_key": sheet if has_line else problem.row,
                "found": problem.value or None,
                "remedy": problem.remedy,
            }
            found.setdefault((record.file, row["row"], row["column_name"], row["broken_rule"]), row)
    return list(found.values())


def conclusion_recipe(sql_dir: Path) -> Recipe:
    """How the conclusions are drawn: from every SELECT in ``sql/conclusions``, in one table."""
    described, drawn = contract(CONCLUSION), conclusions.find_conclusions(sql_dir)
    reads = tuple(sorted({table for conclusion in drawn for table in conclusion.tables}))

    def make(settings: Settings, workspace: Tables, target: Path) -> None:
        tables = {table: workspace.path(table) for table in reads}
        concluded = conclusions.conclude_with_ranges(settings, drawn, tables)
        concluded.select(described.column_names).sort(described.primary_key).write_parquet(target)

    versions = [conclusion.version for conclusion in drawn]
    return Recipe(
        contract=described,
        reads=reads,
        make=make,
        code_version=digest(described.version, duckdb_engine.VERSION, Path(conclusions.__file__), *versions),
        kinds={"duckdb", "sql"},
        source=(sql_dir / "conclusions").resolve(),
        lineage=lambda _: _conclusion_lineage(drawn),
        constants=lambda: sorted({constant for conclusion in drawn for constant in conclusion.select.constants}),
    )


def _conclusion_lineage(drawn: Sequence[conclusions.Conclusion]) -> Lineage:
    """The value from every table that any SELECT reads, as a whole, each for its own conclusions only."""
    readers: dict[tuple[str, str], list[str]] = {}
    for conclusion in drawn:
        for table in conclusion.select.tables:
            readers.setdefault((table, WHOLE_TABLE), []).append(f"conclusion_id = {conclusion.conclusion_id}")
    formula = "\n".join(
        f"conclusion_id = {conclusion.conclusion_id}: SELECT in sql/conclusions/{conclusion.conclusion_id}.sql. "
        f"{conclusion.how_to_read}"
        for conclusion in drawn
    )
    only_where = {source: " or ".join(sorted(conditions)) for source, conditions in readers.items()}
    return {"concluded_value": Derivation(tuple(sorted(readers)), formula, only_where)}
