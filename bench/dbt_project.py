"""The same tables and checks as a dbt project on DuckDB, written from the files of this one."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import yaml
from sqlglot import exp

from bench.bare import with_today
from nhs_assets.build.checks import Check, find_checks
from nhs_assets.build.publish import TABLES_OF_PUBLICATION
from nhs_assets.build.select import Select
from nhs_assets.contracts.registry import Contract, contracts
from nhs_assets.ground.quoting import literal
from nhs_assets.settings import Settings

NAME = "peer"
DATABASE = "peer.duckdb"
RUN_RESULTS = Path("target") / "run_results.json"


@dataclass(frozen=True)
class Project:
    """A dbt project on disk, and how much there is in it."""

    folder: Path
    sql_models: int
    parquet_models: int
    sources: int
    tests: int

    def forget_database(self) -> None:
        """Removes what an earlier build made, so that the next one starts from nothing."""
        for path in self.folder.glob(f"{DATABASE}*"):
            path.unlink()

    def outcomes(self) -> Counter[str]:
        """How many nodes of the last build ended how: ``success`` for models, ``pass`` and ``warn`` for tests."""
        found = json.loads((self.folder / RUN_RESULTS).read_text(encoding="utf-8"))
        return Counter(result["status"] for result in found["results"])


def write_project(folder: Path, tables: Callable[[str], Path], settings: Settings, threads: int) -> Project:
    """Writes the project.

    Args:
        folder: an empty folder to write into.
        tables: where the Parquet file of a table stands.
        settings: where the SQL files are, and how much of the machine DuckDB may use.
        threads: models and tests that dbt runs at a time.
    """
    described = [contract for name, contract in contracts().items() if name not in TABLES_OF_PUBLICATION]
    raw = [contract for contract in described if contract.schema == "raw"]
    built = [contract for contract in described if contract.schema != "raw"]
    checks = [check for check in find_checks(settings.sql_dir) if check.table not in TABLES_OF_PUBLICATION]
    schemas = list(dict.fromkeys(contract.schema for contract in built))
    files = {
        "dbt_project.yml": yaml.safe_dump(_project(schemas)),
        "profiles.yml": yaml.safe_dump(_profile(folder, settings, threads)),
        "models/sources.yml": yaml.safe_dump(_sources(raw, tables)),
        **{f"tests/{check.schema}__{check.rule}.sql": _test(check) for check in checks},
    }
    sql_models = 0
    for contract in built:
        source = settings.sql_dir / contract.schema / f"{contract.table}.sql"
        sql_models += source.exists()
        rows = (
            _with_references(Select.from_file(source))
            if source.exists()
            else f"SELECT * FROM read_parquet({literal(tables(contract.name))})\n"
        )
        files[f"models/{contract.schema}/{_node(contract.name)}.sql"] = _config(alias=contract.table) + rows
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Project(folder, sql_models, len(built) - sql_models, len(raw), len(checks))


def _project(schemas: list[str]) -> dict:
    return {
        "name": NAME,
        "version": "1.0",
        "profile": NAME,
        "flags": {"send_anonymous_usage_stats": False},
        "models": {NAME: {"+materialized": "table"} | {schema: {"+schema": schema} for schema in schemas}},
    }


def _profile(folder: Path, settings: Settings, threads: int) -> dict:
    output = {
        "type": "duckdb",
        "path": str(folder / DATABASE),
        "threads": threads,
        "settings": {"threads": settings.duckdb_threads, "memory_limit": settings.duckdb_memory_limit},
    }
    return {NAME: {"target": "bench", "outputs": {"bench": output}}}


def _sources(raw: list[Contract], tables: Callable[[str], Path]) -> dict:
    listed = [
        {"name": contract.table, "config": {"meta": {"external_location": str(tables(contract.name))}}}
        for contract in raw
    ]
    return {"version": 2, "sources": [{"name": "raw", "tables": listed}]}


def _test(check: Check) -> str:
    return _config(severity="error" if check.blocking else "warn") + with_today(_with_references(check.select))


def _config(**values: str) -> str:
    written = ", ".join(f"{key}='{value}'" for key, value in values.items())
    return f"{{{{ config({written}) }}}}\n"


def _with_references(select: Select) -> str:
    """The SELECT as it stands in its file, each ``schema.table`` replaced by what dbt calls it."""
    text = select.text
    tables = [table for table in select.tree.find_all(exp.Table) if table.db]
    for table in sorted(tables, key=_start, reverse=True):
        text = text[: _start(table)] + _reference(table) + text[table.this.meta["end"] + 1 :]
    return text.rstrip().rstrip(";") + "\n"


def _start(table: exp.Table) -> int:
    return table.args["db"].meta["start"]


def _reference(table: exp.Table) -> str:
    if table.db == "raw":
        return f"{{{{ source('raw', '{table.name}') }}}}"
    return f"{{{{ ref('{_node(f'{table.db}.{table.name}')}') }}}}"


def _node(table: str) -> str:
    # A node's name is unique in the whole project, a table's only in its schema.
    return table.replace(".", "__")
