"""Inputs that went wrong at random: each is refused with its place, or read exactly as it stands, and nothing else."""

import csv
import io
import re
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.sources.parameters import parameter_files, read_parameters
from nhs_assets.sources.scenarios import INPUT_TABLES, OVERRIDES, read_scenarios, scenario_files
from nhs_assets.sources.seed_files import Seed, find_seeds, read_origin
from nhs_assets.sources.seeds import parse_seed, read_context, read_seed, read_table, refused_rows, seal
from tests.clocks import TODAY
from tests.staff_list_folder import add_staff_list
from tests.vintage_folder import VINTAGE, add_vintage

pytestmark = pytest.mark.unit

SEEDS = PROJECT_ROOT / "seeds"
OF_SEEDS = find_seeds(SEEDS)
FEW = settings(
    max_examples=50,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NASTY = (
    *("1e308", "-1e308", "NaN", "Infinity", "-inf", "1" + "0" * 400, "0x10", "1_000", "1,5", "1.234,56", "£5", "5%"),
    *("=1+1", "+A1", "-A1", "@SUM(A1)", "=cmd|' /C calc'!A0", "\t1", " 1", "1 ", "\u00a01", "\u200b1", "\ufeff1"),
    *("٣", "１２", "1\u0000", "\x1b[31m", "\u202e12", "\ufffd", "", "null", "None", "nan", "TRUE", "yes", "-0", "007"),
    *("2025-13-01", "31/12/2025", "2025-02-30", "0000-01-01", "9999-99-99", "12-31-2025", "20251231", "2025-1-1"),
    *("../../etc/passwd", "<script>alert(1)</script>", "'; DROP TABLE plan; --", "a" * 140_000, '"', "'"),
)
"""Cells as people, spreadsheets and attackers leave them."""


@st.composite
def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """The bytes of a CSV with one to three things done to them."""
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(
            st.sampled_from(["cut", "insert", "cell", "lines", "columns", "swap", "truncate", "encode", "mark"])
        )
        content = MUTATIONS[kind](draw, content)
    return content


def _place(draw: st.DrawFn, content: bytes) -> int:
    return draw(st.integers(0, max(len(content) - 1, 0)))


def _cut(draw: st.DrawFn, content: bytes) -> bytes:
    start = _place(draw, content)
    return content[:start] + content[start + draw(st.integers(1, 40)) :]


def _insert(draw: st.DrawFn, content: bytes) -> bytes:
    start = _place(draw, content)
    return content[:start] + draw(st.binary(min_size=1, max_size=8)) + content[start:]


def _rows(content: bytes) -> list[list[str]] | None:
    try:
        return [row for row in csv.reader(io.StringIO(content.decode("utf-8"), newline="")) if row]
    except (UnicodeDecodeError, csv.Error):
        return None


def _written(rows: list[list[str]], delimiter: str = ",") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", errors="surrogatepass")


def _of_rows(change: Callable[[st.DrawFn, list[list[str]]], object]) -> Callable[[st.DrawFn, bytes], bytes]:
    def done(draw: st.DrawFn, content: bytes) -> bytes:
        rows = _rows(content)
        if not rows:
            return content
        change(draw, rows)
        return _written(rows)

    return done


def _cell(draw: st.DrawFn, rows: list[list[str]]) -> None:
    row = rows[draw(st.integers(0, len(rows) - 1))]
    place = draw(st.integers(0, len(row) - 1))
    row[place] = draw(st.sampled_from(NASTY) | st.text(max_size=12) | st.from_regex(r"-?\d{1,30}(\.\d{1,12})?\Z"))


def _lines(draw: st.DrawFn, rows: list[list[str]]) -> None:
    place = draw(st.integers(0, len(rows) - 1))
    rows.insert(draw(st.integers(0, len(rows))), list(rows[place])) if draw(st.booleans()) else rows.pop(place)


def _columns(draw: st.DrawFn, rows: list[list[str]]) -> None:
    first, second = (draw(st.integers(0, len(rows[0]) - 1)) for _ in range(2)) if rows[0] else (0, 0)
    how = draw(st.sampled_from(["drop", "repeat", "reorder"]))
    for row in rows:
        if max(first, second) < len(row):
            if how == "drop":
                row.pop(first)
            elif how == "repeat":
                row.append(row[first])
            else:
                row[first], row[second] = row[second], row[first]


def _swap(draw: st.DrawFn, rows: list[list[str]]) -> None:
    one, other = (rows[draw(st.integers(0, len(rows) - 1))] for _ in range(2))
    place = draw(st.integers(0, max(min(len(one), len(other)) - 1, 0)))
    if place < min(len(one), len(other)):
        one[place], other[place] = other[place], one[place]


def _encode(draw: st.DrawFn, content: bytes) -> bytes:
    encoding = draw(st.sampled_from(["utf-16", "utf-16-le", "latin-1", "cp1252", "utf-8-sig", "utf-32"]))
    return content.decode("utf-8", errors="replace").encode(encoding, errors="replace")


MUTATIONS = {
    "cut": _cut,
    "insert": _insert,
    "cell": _of_rows(_cell),
    "lines": _of_rows(_lines),
    "columns": _of_rows(_columns),
    "swap": _of_rows(_swap),
    "truncate": lambda draw, content: content[: _place(draw, content)],
    "encode": _encode,
    "mark": lambda draw, content: _written(_rows(content) or [], draw(st.sampled_from(";\t|"))),
}


def assert_clear(problems: list[Problem] | tuple[Problem, ...]) -> None:
    """A refusal names file, rule and remedy, in one line that a terminal may show."""
    assert problems
    for problem in problems:
        assert problem.file
        assert problem.rule
        assert problem.remedy
    for line in str(BadInputError(problems)).splitlines():
        assert line.isprintable()
        assert len(line) < 3_000


def assert_as_it_stands(seed: Seed, content: bytes, frame: pl.DataFrame) -> None:
    """Every accepted value is the cell of that row and column, read by other means than the reader's own."""
    key = [name for name in seed.contract.primary_key if name in seed.file_columns]
    standing = list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))
    assert len(standing) == len(frame)

    def value(cell: str, dtype: pl.DataType) -> object:
        if cell == "":
            return None
        if dtype.is_numeric():
            return Decimal(cell)
        if dtype == pl.Date:
            return date.fromisoformat(cell)
        return {"true": True, "false": False}[cell] if dtype == pl.Boolean else cell

    schema = seed.contract.polars_schema()
    wanted = [{name: value(row[name], schema[name]) for name in seed.file_columns} for row in standing]
    found = [
        {
            name: Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell) if type(cell) is int else cell
            for name, cell in row.items()
        }
        for row in frame.select(seed.file_columns).iter_rows(named=True)
    ]

    def order(row: dict) -> tuple:
        return tuple(str(row[name]) for name in (key or seed.file_columns))

    for one, other in zip(sorted(wanted, key=order), sorted(found, key=order), strict=True):
        for name in seed.file_columns:
            if schema[name] == pl.Float64 and one[name] is not None:
                assert float(one[name]) == float(other[name])
            else:
                assert one[name] == other[name]


@pytest.mark.parametrize("seed", OF_SEEDS, ids=lambda seed: seed.contract.table)
def test_a_mutated_seed_is_refused_or_read_as_it_stands(seed: Seed) -> None:
    whole = seed.path.read_bytes()
    rows = _rows(whole)
    # A file of a few dozen rows breaks in the same ways as one of thousands, and sooner.
    short = _written(rows[:25]) if rows else whole

    @FEW
    @given(mutated(short))
    def run(content: bytes) -> None:
        frame, problems = parse_seed(seed, content)
        if problems:
            assert_clear(problems)
        else:
            assert_as_it_stands(seed, content, frame)

    run()


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's seeds with a made-up vintage and a staff list, all sealed."""
    seeds_dir = tmp_path_factory.mktemp("fuzz") / "seeds"
    shutil.copytree(SEEDS, seeds_dir)
    add_vintage(seeds_dir)
    add_staff_list(seeds_dir, "QYG")
    for seed in find_seeds(seeds_dir):
        if seed.vintage_id == VINTAGE:
            seal(seed)
    return seeds_dir


@pytest.mark.parametrize(
    "name", ["staff_lists/QYG.csv", f"vintages/{VINTAGE}/settlement_plan.csv", "evidence/claim.csv"]
)
def test_a_mutated_file_is_not_taken_though_its_rows_would_pass(sealed: Path, name: str) -> None:
    seed = next(one for one in find_seeds(sealed) if one.name == name)
    context = read_context(seed, find_seeds(sealed), TODAY)
    whole = seed.path.read_bytes()
    unmutated = read_seed(seed, None, context)

    @FEW
    @given(mutated(whole))
    def run(content: bytes) -> None:
        seed.path.write_bytes(content)
        try:
            found = read_seed(seed, unmutated, context)
        except BadInputError as refused:
            assert_clear(refused.problems)
            assert content != whole
        else:
            assert content == whole
            assert found.equals(unmutated)

    try:
        run()
    finally:
        seed.path.write_bytes(whole)


def test_rows_of_a_mutated_claim_file_are_taken_as_they_stand_or_set_aside(sealed: Path) -> None:
    """Sealed or not, no row is both: what is set aside is named, and the rest is as it was written."""
    claim = next(one for one in find_seeds(sealed) if one.name == "evidence/claim.csv")
    context = read_context(claim, find_seeds(sealed), TODAY)
    whole, origin = claim.path.read_bytes(), claim.origin_path.read_bytes()
    unmutated = {row["claim_id"]: row for row in read_seed(claim, None, context).iter_rows(named=True)}
    short = _written((_rows(whole) or [])[:20])

    @FEW
    @given(mutated(short))
    def run(content: bytes) -> None:
        claim.path.write_bytes(content)
        try:
            seal(claim)
            taken, aside = read_seed(claim, None, context), refused_rows(claim, context)
        except BadInputError as refused:
            assert_clear(refused.problems)
            return
        if aside:
            assert_clear(aside)
        lines = {row.get("claim_id"): row for row in csv.DictReader(io.StringIO(content.decode(), newline=""))}
        for row in taken.iter_rows(named=True):
            written = lines[row["claim_id"]]
            for name in ("value_low", "value_central", "value_high"):
                assert row[name] == (float(written[name]) if written[name] else None)
            if written == {name: _as_cell(cell) for name, cell in unmutated.get(row["claim_id"], {}).items()}:
                assert row == unmutated[row["claim_id"]]

    try:
        run()
    finally:
        claim.path.write_bytes(whole)
        claim.origin_path.write_bytes(origin)


def _as_cell(cell: object) -> str:
    return "" if cell is None else str(cell)


YAML_LINES = (
    *("a: &a [1]\nb: *a\n", "<<: {value: 1}\n", "value: !!int '7'\n", "value: 1\n", "value: 010\n", "low: 1:30\n"),
    *(
        "  value: .inf\n",
        "value: 1e309\n",
        "- id: x\n",
        "\t- x\n",
        "value: [1]\n",
        "%YAML 1.1\n",
        "---\n",
        "? [a]\n: b\n",
    ),
    *(
        "high: " + "9" * 5000 + "\n",
        "[" * 3000 + "\n",
        "overrides: {a: 1, a: 2}\n",
        "review_by: 2025-02-30\n",
        "1: 2\n",
    ),
)


@st.composite
def mutated_yaml(draw: st.DrawFn, content: bytes) -> bytes:
    """The bytes of a YAML file with one to three things done to them."""
    for _ in range(draw(st.integers(1, 3))):
        lines = content.splitlines(keepends=True) or [b"\n"]
        place = draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["cut", "insert", "line", "repeat", "drop", "value", "truncate", "encode"]))
        if kind == "line":
            lines.insert(place, draw(st.sampled_from(YAML_LINES)).encode())
        elif kind == "repeat":
            lines.insert(place, lines[place])
        elif kind == "drop":
            lines.pop(place)
        elif kind == "value":
            name = lines[place].partition(b":")[0]
            cell = draw(st.sampled_from([*NASTY, "[1, 2]", "{a: 1}", "yes", "010", "1:30", ".nan", "&a 1", "*a", "~"]))
            lines[place] = name + b": " + cell.encode() + b"\n"
        content = MUTATIONS[kind](draw, content) if kind in MUTATIONS else b"".join(lines)
    return content


def stated_numbers(texts: list[bytes]) -> set[float]:
    """Every number that stands in the text of YAML files as people read them."""
    pattern = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?")
    return {float(match) for text in texts for match in pattern.findall(text)}


@pytest.mark.parametrize("file", ["programme.yml", "appraisal.yml", "phasing.yml", "exit_pay.yml"])
def test_mutated_parameters_are_refused_or_read_as_they_stand(tmp_path: Path, file: str) -> None:
    shutil.copytree(SEEDS / "parameters", tmp_path / "parameters")
    path = tmp_path / "parameters" / file
    whole = path.read_bytes()
    others = [one.read_bytes() for one in parameter_files(tmp_path) if one != path]

    @settings(FEW, max_examples=40)
    @given(mutated_yaml(whole))
    def run(content: bytes) -> None:
        path.write_bytes(content)
        try:
            found = read_parameters(tmp_path)
        except BadInputError as refused:
            assert_clear(refused.problems)
            return
        numbers = {float(one) for name in ("value", "low", "high") for one in found[name].drop_nulls()}
        assert numbers <= stated_numbers([content, *others])

    run()


@pytest.mark.parametrize("file", ["slip_6m.yml", "cost_high.yml", "best_estimate.yml", "takeup_minus_30_scaled.yml"])
def test_mutated_scenarios_are_refused_or_read_as_they_stand(tmp_path: Path, file: str) -> None:
    shutil.copytree(SEEDS / "scenarios", tmp_path / "scenarios")
    path = tmp_path / "scenarios" / file
    whole = path.read_bytes()
    beside = {INPUT_TABLES[0]: read_parameters(SEEDS), INPUT_TABLES[1]: _table("raw.recoup_profile")}
    paths = scenario_files(tmp_path)
    others = [one.read_bytes() for one in paths if one != path]

    @settings(FEW, max_examples=80)
    @given(mutated_yaml(whole))
    def run(content: bytes) -> None:
        path.write_bytes(content)
        try:
            found = read_scenarios(paths, [one.name for one in paths], beside)[OVERRIDES]
        except BadInputError as refused:
            assert_clear(refused.problems)
            return
        numbers = {float(one) for name in ("value", "low", "high") for one in found[name]}
        assert numbers <= stated_numbers([content, *others])

    run()


def _table(name: str) -> pl.DataFrame:
    seed = next(one for one in OF_SEEDS if one.contract.name == name)
    return read_table(seed.contract, OF_SEEDS)


@pytest.mark.parametrize("name", ["funding/settlement_plan.csv", f"vintages/{VINTAGE}/settlement_plan.csv"])
def test_a_mutated_origin_is_refused_or_read_as_it_stands(sealed: Path, name: str) -> None:
    seed = next(one for one in find_seeds(sealed) if one.name == name)
    whole = seed.origin_path.read_bytes()

    @settings(FEW, max_examples=120)
    @given(mutated_yaml(whole))
    def run(content: bytes) -> None:
        seed.origin_path.write_bytes(content)
        try:
            origin = read_origin(seed)
            read_table(seed.contract, [one for one in find_seeds(sealed) if one.contract == seed.contract])
        except BadInputError as refused:
            assert_clear(refused.problems)
            return
        assert isinstance(origin.date_accessed, date)
        assert str(origin.sha256).encode() in content
        assert yaml.safe_load(content)["publisher"] == origin.publisher

    try:
        run()
    finally:
        seed.origin_path.write_bytes(whole)
