"""SQL is written by hand or put together from our own names, quoted; the linter sees only part of that."""

import ast
from pathlib import Path

import pytest

from nhs_assets.ground.quoting import identifier, literal
from nhs_assets.settings import PROJECT_ROOT

pytestmark = pytest.mark.unit

PACKAGE = PROJECT_ROOT / "nhs_assets"
PUT_TOGETHER_IN = {"build"}
"""Where statements are put together, from contracts, our own paths and days of the calendar."""

RUNS_SQL = {"execute", "executemany", "sql", "query", "exec_driver_sql", "rows_of"}
QUOTED = {"identifier", "literal"}


def statements(path: Path) -> list[ast.expr]:
    """What is handed to a database in a module, where it is not written out."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = node.args[1:2] if name == "rows_of" else node.args[:1]
            found += [one for one in given if name in RUNS_SQL and not isinstance(one, ast.Constant)]
    return found


def is_allowed_to(path: Path) -> bool:
    relative = path.relative_to(PACKAGE).as_posix()
    return relative in PUT_TOGETHER_IN or relative.partition("/")[0] in PUT_TOGETHER_IN


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_statement_is_put_together_outside_the_build_room(path: Path) -> None:
    put_together = (ast.JoinedStr, ast.BinOp)
    found = [
        ast.unparse(one)
        for one in statements(path)
        if isinstance(one, put_together) or (isinstance(one, ast.Call) and ast.unparse(one.func).endswith(".format"))
    ]
    assert not found or is_allowed_to(path)


@pytest.mark.parametrize("path", [one for one in MODULES if is_allowed_to(one)], ids=lambda path: path.name)
def test_text_within_quotes_of_a_statement_goes_through_literal(path: Path) -> None:
    """An interpolation between quotes would end the text early where the value holds a quote."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RUNS_SQL:
            for joined in (one for one in node.args[:1] if isinstance(one, ast.JoinedStr)):
                for before, part, after in zip(joined.values, joined.values[1:], joined.values[2:], strict=False):
                    if isinstance(part, ast.FormattedValue) and isinstance(before, ast.Constant):
                        closed = isinstance(after, ast.Constant) and str(after.value)[:1] in ("'", '"')
                        assert not (str(before.value)[-1:] in ("'", '"') and closed), ast.unparse(joined)


@pytest.mark.parametrize("text", ["'", "''", "'; DROP TABLE x; --", '"', '"; --', "\\'", "a\nb", ""])
def test_quoting_keeps_a_text_one_value_and_a_name_one_name(text: str) -> None:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        assert connection.execute(f"SELECT {literal(text)}").fetchall() == [(text,)]
        if text:
            assert connection.execute(f"SELECT 1 AS {identifier(text)}").description[0][0] == text
