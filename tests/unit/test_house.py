"""The house rules that a test can hold: one-way street, portable SQL, no policy number in code, one code location."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
import sqlglot
import yaml
from sqlglot import exp

from nhs_assets.build.checks import Check, find_checks
from nhs_assets.build.select import Select
from nhs_assets.contracts.registry import SCHEMAS, contract, contracts
from nhs_assets.settings import PROJECT_ROOT

pytestmark = pytest.mark.unit

SQL = PROJECT_ROOT / "sql"
TABLE_FILES = sorted(path for path in SQL.glob("*/*.sql") if path.parent.name in SCHEMAS)
CHECKS = find_checks(SQL)
PLAIN_NUMBERS = {"0", "1", "2", "12", "100", "1000", "1000000", "1e-6", "1e-06"}
"""Nothing, one, half, months of a year, per cent, units of money, and the arithmetic tolerance."""


def schema_of(table: str) -> str:
    return table.split(".")[0]


@pytest.mark.parametrize("path", TABLE_FILES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_table_reads_only_its_own_schema_and_those_to_its_left(path: Path) -> None:
    allowed = set(SCHEMAS[: SCHEMAS.index(path.parent.name) + 1])
    assert {schema_of(table) for table in Select.from_file(path).tables} <= allowed


@pytest.mark.parametrize("path", TABLE_FILES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_table_file_has_a_contract(path: Path) -> None:
    assert f"{path.parent.name}.{path.stem}" in contracts()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_check_guards_a_table_of_its_schema_and_reads_it_or_what_it_is_made_from(check: Check) -> None:
    assert check.table in contracts()
    made_before = set(SCHEMAS[: SCHEMAS.index(schema_of(check.table)) + 1])
    assert {schema_of(table) for table in check.reads} <= made_before


STATEMENTS = {f"{path.parent.name}.{path.stem}": Select.from_file(path) for path in sorted(SQL.glob("*/*.sql"))}
STATEMENTS |= {check.name: check.select for check in CHECKS}


@pytest.mark.parametrize("name", STATEMENTS)
def test_sql_carries_to_spark_without_loss(name: str) -> None:
    select = STATEMENTS[name]
    stars = [star for star in select.tree.find_all(exp.Star) if not isinstance(star.parent, exp.Count)]
    assert not select.tree.find(exp.Pivot), "PIVOT changes meaning with its input or fails elsewhere"
    assert all(is_star_of_one_alias(star) for star in stars), "write t.*: a bare star changes with the joins"
    types = {name: {column.name: column.duckdb_type for column in contract(name).columns} for name in select.tables}
    carried = select.qualified(types) if stars else select.tree.copy()
    carried.sql(dialect="spark", unsupported_level=sqlglot.ErrorLevel.RAISE)


def is_star_of_one_alias(star: exp.Star) -> bool:
    """Whether it is the whole of one alias, unchanged; in a UNION, of a part of the SELECT, whose order is its own."""
    if not isinstance(star.parent, exp.Column) or any(star.args.values()):
        return False
    branch = star.parent_select
    tables = {table.alias_or_name for table in branch.find_all(exp.Table) if table.db}
    return not (isinstance(branch.parent, exp.SetOperation) and star.parent.table in tables)


@pytest.mark.parametrize("path", sorted(SQL.glob("**/*.sql")), ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_no_policy_number_in_sql(path: Path) -> None:
    tree = Select.from_file(path).tree
    literals = {node.name for node in tree.find_all(exp.Literal) if not node.is_string and not is_type_parameter(node)}
    assert literals <= PLAIN_NUMBERS


def is_type_parameter(node: exp.Expression) -> bool:
    """Whether a number is the size of a type, a place to round to, or a position in a text."""
    return isinstance(node.parent, exp.DataTypeParam | exp.Round | exp.Substring | exp.Left | exp.Right | exp.Anonymous)


@pytest.mark.parametrize(
    "path", sorted((PROJECT_ROOT / "nhs_assets" / "model").glob("*.py")), ids=lambda path: path.stem
)
def test_no_policy_number_in_the_model(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    numbers = {
        repr(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
    }
    assert {number.removesuffix(".0").replace("_", "") for number in numbers} <= PLAIN_NUMBERS


@pytest.mark.parametrize(
    "path", sorted((PROJECT_ROOT / "nhs_assets" / "model").glob("*.py")), ids=lambda path: path.stem
)
def test_the_model_groups_rows_in_order(path: Path) -> None:
    """Groups without an order are added up in another one each time, and their last digits differ."""
    unordered = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "group_by"
        and not any(keyword.arg == "maintain_order" for keyword in node.keywords)
    ]
    assert not unordered


def test_the_model_knows_no_orchestrator_database_or_file() -> None:
    for path in (PROJECT_ROOT / "nhs_assets" / "model").glob("*.py"):
        imported = {
            name.split(".")[0]
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert not imported & {"dagster", "duckdb", "pathlib", "os", "io"}, path.name


ROOMS = (
    "ground",
    "settings",
    "contracts",
    "model",
    "store",
    "sources",
    "build",
    "revision",
    "outputs",
    "instance",
    "defs",
    "definitions",
    "cli",
)
"""From the ground up: a module imports from its own room and those before it."""


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_imports_upwards(room: str) -> None:
    package = PROJECT_ROOT / "nhs_assets"
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    paths = sorted((package / room).rglob("*.py")) or [package / f"{room}.py"]
    upwards = {
        f"{path.relative_to(package)} imports {name}"
        for path in paths
        for name in imported_from_package(path)
        if name.split(".")[1] not in allowed
    }
    assert not upwards


def imported_from_package(path: Path) -> list[str]:
    names = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "nhs_assets":
            names += [f"nhs_assets.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
        elif isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
    return [name for name in names if name.startswith("nhs_assets.")]


def test_every_module_is_in_a_room() -> None:
    package = PROJECT_ROOT / "nhs_assets"
    found = {path.stem for path in package.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert found == {"__init__", *ROOMS}


def test_only_the_clock_reads_the_time() -> None:
    """Two clocks would give two answers to which day it is, and a test could hold neither still."""
    reading = re.compile(r"\b(date\.today|datetime\.(now|utcnow|today)|time\.(time|time_ns|localtime|gmtime|ctime))\b")
    package = PROJECT_ROOT / "nhs_assets"
    found = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if reading.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"ground/clock.py"}


@pytest.mark.parametrize("path", sorted(SQL.glob("**/*.sql")), ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_no_sql_asks_the_database_for_the_day(path: Path) -> None:
    own = {"current_date", "current_time", "current_timestamp", "localtime", "localtimestamp", "now", "today"}
    own |= {"get_current_time", "get_current_timestamp", "transaction_timestamp"}
    named = {word.lower() for word in re.findall(r"(?<![.$\w])[a-z_]+\b", _without_comments(path), re.IGNORECASE)}
    assert not named & own, "write $today"


def _without_comments(path: Path) -> str:
    return re.sub(r"--.*|'[^']*'", "", path.read_text(encoding="utf-8"))


def test_workspace_and_pyproject_name_the_same_code_location() -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["dg"]["project"]
    workspace = yaml.safe_load((PROJECT_ROOT / "workspace.yaml").read_text(encoding="utf-8"))
    module = workspace["load_from"][0]["python_module"]
    assert module["location_name"] == project["code_location_name"]
    assert module["module_name"] == f"{project['root_module']}.definitions"


def test_lock_pins_every_dependency_and_names_no_index() -> None:
    lines = (PROJECT_ROOT / "requirements.lock").read_text(encoding="utf-8").split()
    assert all("==" in line for line in lines)
    locked = {line.partition("==")[0].lower().replace("_", "-") for line in lines}
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {name.partition("=")[0].partition(">")[0].partition("[")[0].lower().replace("_", "-") for name in wanted}
    assert names <= locked
