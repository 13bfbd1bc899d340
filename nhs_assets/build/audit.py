"""Assets of ``audit`` made with the rest: the files behind the tables, the rows set aside, what is concluded."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from nhs_assets.build import conclusions, inbox
from nhs_assets.build import engine as duckdb_engine
from nhs_assets.build.lineage import WHOLE_TABLE, Lineage
from nhs_assets.build.recipe import Recipe, Tables
from nhs_assets.build.select import Derivation
from nhs_assets.contracts.registry import contract, contracts
from nhs_assets.ground import files
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.suppression import Disclosure, rounded
from nhs_assets.settings import Settings
from nhs_assets.sources import cells, claims, parameters, scenarios, seed_cells, seed_files, seeds
from nhs_assets.store.reports import write_refusal
from nhs_assets.store.staging import Workspace

SEED_FILE = "audit.seed_file"
QUARANTINE = "audit.quarantine"
CONCLUSION = "audit.conclusion"


def seed_file_recipe() -> Recipe:
    """How the list of seed files is made: from the origins, for the very files the raw tables were read from."""
    described = contract(SEED_FILE)

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        base = Disclosure.from_parameters(ParameterSet(workspace.read(parameters.PARAMETERS))).base
        received = inbox.seeds_as_listed(settings, workspace.read(seed_files.RECEIVED))
        rows = [_seed_row(seed, base) for seed in (*seed_files.find_seeds(settings.seeds_dir), *received)]
        rows += [_parameter_row(path, settings.seeds_dir) for path in parameters.parameter_files(settings.seeds_dir)]
        rows += [_scenario_row(path, settings.seeds_dir) for path in scenarios.scenario_files(settings.seeds_dir)]
        pl.DataFrame(rows, schema=described.polars_schema()).sort(described.primary_key).write_parquet(target)

    def outside_inputs(settings: Settings) -> dict[str, str]:
        origins = [seed.origin_path for seed in seed_files.find_seeds(settings.seeds_dir)]
        return {
            f"seeds/{path.relative_to(settings.seeds_dir).as_posix()}": files.sha256(path)
            for path in origins
            if path.exists()
        }

    return Recipe(
        contract=described,
        reads=tuple(name for name, table in contracts().items() if table.schema == "raw"),
        make=make,
        code_version=hashlib.sha256(
            f"{Path(__file__).read_text(encoding='utf-8')}{described.version}".encode()
        ).hexdigest(),
        kinds={"polars", "yaml"},
        source=Path(__file__).resolve(),
        outside_inputs=outside_inputs,
    )


def quarantine_recipe(clock: Clock) -> Recipe:
    """How the list of refused rows is made: from the very files, against the very tables, that the raw tables used.

    Beside the table, each file with refused rows gets a report in the quarantine folder.

    Args:
        clock: tells the day, after which no claim may be dated.
    """
    described = contract(QUARANTINE)
    read = {table for rules in seeds.INDEPENDENT_ROWS.values() for table in rules.INPUT_TABLES}

    def independent_seeds(settings: Settings) -> list[seed_files.Seed]:
        return [
            seed for seed in seed_files.find_seeds(settings.seeds_dir) if seed.contract.name in seeds.INDEPENDENT_ROWS
        ]

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        rows = []
        for seed in independent_seeds(settings):
            beside = {table: workspace.read(table) for table in seeds.INDEPENDENT_ROWS[seed.contract.name].INPUT_TABLES}
            refused = seeds.refused_rows(seed, seeds.RowContext(beside, clock.today()))
            if refused:
                write_refusal(settings.data_dir, seed.contract.name, BadInputError(refused))
            keys = seed_cells.keys_by_line(seed, seed.path.read_bytes())
            rows += [_refused_row(seed, problem, keys) for problem in refused]
        rows += inbox.refused_rows(settings, workspace.read(seed_files.RECEIVED))
        pl.DataFrame(rows, schema=described.polars_schema()).unique().sort(described.primary_key).write_parquet(target)

    def outside_inputs(settings: Settings) -> dict[str, str]:
        inputs: dict[str, str] = {}
        for seed in independent_seeds(settings):
            inputs |= {f"seeds/{seed.name}": files.sha256(seed.path), **seeds.day_of_use(seed, clock.today())}
        return inputs

    modules = (cells, claims, seed_cells, seed_files, seeds)
    code = [Path(module.__file__).read_text(encoding="utf-8") for module in modules]
    code += [Path(path).read_text(encoding="utf-8") for path in (__file__, inbox.__file__)]
    return Recipe(
        contract=described,
        reads=tuple(sorted({*read, *seeds.INDEPENDENT_ROWS, seed_files.RECEIVED})),
        make=make,
        code_version=hashlib.sha256(f"{''.join(code)}{described.version}".encode()).hexdigest(),
        kinds={"polars", "csv"},
        source=Path(__file__).resolve(),
        outside_inputs=outside_inputs,
    )


def _refused_row(seed: seed_files.Seed, problem: Problem, keys: Mapping[int, str]) -> dict:
    return {
        "file": f"seeds/{seed.name}",
        "row": problem.row,
        "column_name": problem.column or "row",
        "broken_rule": problem.rule,
        "row_key": keys.get(problem.row),
        "found": problem.value,
        "remedy": problem.remedy,
    }


def conclusion_recipe(sql_dir: Path) -> Recipe:
    """How the conclusions are drawn: from every SELECT in ``sql/conclusions``, in one table."""
    described, drawn = contract(CONCLUSION), conclusions.find_conclusions(sql_dir)
    reads = tuple(sorted({table for one in drawn for table in one.select.tables}))

    def make(settings: Settings, workspace: Tables, target: Path) -> None:
        tables = {table: workspace.path(table) for table in reads}
        conclusions.conclude(settings, drawn, tables).sort(described.primary_key).write_parquet(target)

    parts = [described.version, duckdb_engine.VERSION, Path(conclusions.__file__).read_text(encoding="utf-8")]
    parts += [f"{one.conclusion_id} {one.select.version}" for one in drawn]
    return Recipe(
        contract=described,
        reads=reads,
        make=make,
        code_version=hashlib.sha256("\n".join(parts).encode()).hexdigest(),
        kinds={"duckdb", "sql"},
        source=(sql_dir / "conclusions").resolve(),
        lineage=lambda _: _conclusion_lineage(drawn),
        constants=lambda: sorted({constant for one in drawn for constant in one.select.constants}),
    )


def _conclusion_lineage(drawn: Sequence[conclusions.Conclusion]) -> Lineage:
    """The value from every table that any of the SELECTs reads, as a whole, each behind its own conclusions only."""
    readers: dict[tuple[str, str], list[str]] = {}
    for one in drawn:
        for table in one.select.tables:
            readers.setdefault((table, WHOLE_TABLE), []).append(f"conclusion_id = {one.conclusion_id}")
    formula = "\n".join(
        f"conclusion_id = {one.conclusion_id}: SELECT in sql/conclusions/{one.conclusion_id}.sql. {one.how_to_read}"
        for one in drawn
    )
    only_where = {source: " or ".join(sorted(conditions)) for source, conditions in readers.items()}
    return {"concluded_value": Derivation(tuple(sorted(readers)), formula, only_where)}


def _seed_row(seed: seed_files.Seed, base: int) -> dict:
    origin = seed_files.read_origin(seed)
    return {
        "file": seed.file,
        "raw_table": seed.contract.name,
        "publisher": origin.publisher,
        "title": origin.title,
        "description": origin.description,
        "date_published": origin.date_published,
        "licence": origin.licence,
        "url": origin.url,
        # The rows of a staff list are people.
        "rows": rounded(pl.Series([origin.rows]), base).item() if seed.is_staff_list else origin.rows,
        "sha256": origin.sha256,
    }


def _parameter_row(path: Path, seeds_dir: Path) -> dict:
    entries = read_yaml(path)
    return {
        "file": f"seeds/{path.relative_to(seeds_dir).as_posix()}",
        "raw_table": parameters.PARAMETERS,
        "publisher": "Named for each value",
        "title": f"Parameters: {path.stem.replace('_', ' ')}",
        "description": "Dated values with range, source and day of review, each with its own reference.",
        "date_published": None,
        "licence": "As the source of each value",
        "url": None,
        "rows": sum(len(entry["values"]) for entry in entries),
        "sha256": files.sha256(path),
    }


def _scenario_row(path: Path, seeds_dir: Path) -> dict:
    return {
        "file": f"seeds/{path.relative_to(seeds_dir).as_posix()}",
        "raw_table": scenarios.SCENARIOS,
        "publisher": "nhs_assets",
        "title": f"Scenario: {path.stem.replace('_', ' ')}",
        "description": "What differs from the central scenario, and why it is run.",
        "date_published": None,
        "licence": "MIT",
        "url": None,
        "rows": 1,
        "sha256": files.sha256(path),
    }
