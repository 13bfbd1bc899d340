"""What is refused before a file is looked into, and what a file may look like."""

import csv
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.settings import PROJECT_ROOT, settings
from nhs_assets.sources.parameters import parameter_files, read_parameters
from nhs_assets.sources.scenarios import scenario_files
from nhs_assets.sources.seed_files import Seed, find_seeds, read_origin
from nhs_assets.sources.seeds import parse_seed

pytestmark = pytest.mark.unit

NOBODY = 65534


@pytest.fixture
def seeds_dir(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT_ROOT / "seeds", tmp_path / "seeds")
    return tmp_path / "seeds"


def refused(seeds_dir: Path) -> str:
    """What all three doors say of a folder of seeds."""
    found = []
    for door in (find_seeds, parameter_files, scenario_files):
        try:
            door(seeds_dir)
        except BadInputError as error:
            found.append(str(error))
    assert found, "the folder was accepted"
    return "\n".join(found)


PLAN = "funding/settlement_plan.csv"
AT_EACH_DOOR = (PLAN, "funding/settlement_plan.origin.yml", "parameters/programme.yml", "scenarios/slip_6m.yml")


@pytest.mark.parametrize("name", AT_EACH_DOOR)
def test_a_folder_where_a_file_should_be(seeds_dir: Path, name: str) -> None:
    (seeds_dir / name).unlink()
    (seeds_dir / name).mkdir()
    assert f"{name}: is a folder where a file is expected" in refused(seeds_dir)


@pytest.mark.parametrize("name", AT_EACH_DOOR)
def test_a_link_out_of_the_folder_is_not_followed(seeds_dir: Path, name: str, tmp_path: Path) -> None:
    (seeds_dir / name).rename(tmp_path / "elsewhere")
    (seeds_dir / name).symlink_to(tmp_path / "elsewhere")
    assert f"{name}: points outside the folder seeds/" in refused(seeds_dir)


def test_a_link_within_the_folder_is_followed(seeds_dir: Path) -> None:
    (seeds_dir / PLAN).rename(seeds_dir / "funding" / ".kept")
    (seeds_dir / PLAN).symlink_to(".kept")
    assert PLAN in {seed.name for seed in find_seeds(seeds_dir)}


def test_a_pipe_is_not_waited_for(seeds_dir: Path) -> None:
    (seeds_dir / PLAN).unlink()
    os.mkfifo(seeds_dir / PLAN)
    assert f"{PLAN}: is not a regular file" in refused(seeds_dir)


@contextmanager
def as_nobody() -> Iterator[None]:
    """As a user that rights apply to, since they do not apply to root."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.mark.parametrize("name", AT_EACH_DOOR)
def test_a_file_that_may_not_be_read(name: str) -> None:
    # Not in pytest's own folders, which are closed to other users.
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        seeds_dir = shutil.copytree(PROJECT_ROOT / "seeds", Path(folder) / "seeds")
        (seeds_dir / name).chmod(0)
        with as_nobody():
            assert f"{name}: is not readable by this user" in refused(seeds_dir)


def test_a_huge_file_is_not_read(seeds_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (seeds_dir / PLAN).open("a") as file:
        file.truncate(33_000_000)
    said = refused(seeds_dir)
    assert f"{PLAN}: has 33,000,000 bytes, more than the limit of 32 MB" in said
    assert "NHS_ASSETS_INPUT_MB" in said
    monkeypatch.setenv("NHS_ASSETS_INPUT_MB", "40")
    settings.cache_clear()
    try:
        assert find_seeds(seeds_dir)
    finally:
        monkeypatch.undo()
        settings.cache_clear()


@pytest.mark.parametrize(
    "name",
    [
        "staff_lists/QYG.CSV",
        "staff_lists/QYG.xlsx",
        "staff_lists/QYG.origin.yml",
        "parameters/mine.yaml",
        "scenarios/mine.YML",
        "vintages/budget_2026_11/settlement_plan.tsv",
    ],
)
def test_a_file_that_would_be_passed_over_is_named(seeds_dir: Path, name: str) -> None:
    (seeds_dir / name).parent.mkdir(parents=True, exist_ok=True)
    (seeds_dir / name).write_text("a\n", encoding="utf-8")
    assert f"{name}: would be ignored" in refused(seeds_dir)


def test_hidden_files_and_copies_of_editors_are_left_alone(seeds_dir: Path) -> None:
    for name in ("parameters/.DS_Store", "parameters/programme.yml~", "scenarios/~$mine.yml"):
        (seeds_dir / name).write_text("a\n", encoding="utf-8")
    assert parameter_files(seeds_dir)
    assert scenario_files(seeds_dir)


def of_plan(change: object) -> list[Problem]:
    """What is wrong with the plans once their bytes are changed."""
    seed = next(one for one in find_seeds(PROJECT_ROOT / "seeds") if one.name == PLAN)
    _, problems = parse_seed(seed, change(seed.path.read_bytes()))
    return problems


LINE = b"sr_2025_06,2028-29,dhsc_rdel,232000,"
"""The beginning of a row that every test below changes."""


def with_amount(text: str) -> object:
    return lambda content: content.replace(LINE, LINE.replace(b"232000", text.encode()))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(lambda content: b"", "is empty", id="empty"),
        pytest.param(lambda content: content[:-1], "may have been cut off", id="no_last_line_break"),
        pytest.param(lambda content: content[: len(content) // 2], "cut off", id="truncated"),
        pytest.param(lambda content: content.decode().encode("utf-16"), "is UTF-16", id="utf_16"),
        pytest.param(lambda content: content.decode().encode("utf-16-le"), "not UTF-8", id="utf_16_without_mark"),
        pytest.param(lambda content: content.decode().encode("utf-8-sig"), "byte-order mark", id="byte_order_mark"),
        pytest.param(lambda content: content.replace(b"table", "tablé".encode("latin-1"), 1), "not UTF-8", id="latin"),
        pytest.param(lambda content: content.replace(b",", b";"), "is separated by semicolons", id="semicolons"),
        pytest.param(lambda content: content.replace(b",", b"\t"), "is separated by tabs", id="tabs"),
        pytest.param(lambda content: b"a," * 1_000_000 + b"\n" + content, "has 1,000,001 columns", id="wide"),
        pytest.param(lambda content: content + b"," * 1_000_000 + b"\n", "has 1000001 cells", id="wide_row"),
        pytest.param(lambda content: content + b"\n" * 500_001, "more rows than the limit of 500,000", id="many_rows"),
        pytest.param(lambda content: content + b'"' + b"x" * 200_000 + b'"\n', "is not CSV", id="long_cell"),
        pytest.param(lambda content: content.replace(b"sr_2025_06", b"sr_2025\x0006", 1), "zero byte", id="zero_byte"),
        pytest.param(with_amount("2,3200.0"), "cells where the header has", id="thousands_comma"),
        pytest.param(with_amount('"232000,0"'), "must be a number", id="decimal_comma"),
        pytest.param(with_amount("2.32e5"), "must be a number", id="exponent"),
        pytest.param(with_amount("1e308"), "must be a number", id="enormous_exponent"),
        pytest.param(with_amount("1" + "0" * 400), "must be a number", id="enormous"),
        pytest.param(with_amount("NaN"), "must be a number", id="nan"),
        pytest.param(with_amount("Infinity"), "must be a number", id="infinity"),
        pytest.param(with_amount("-232000.0"), "amount_gbp_m", id="negative"),
        pytest.param(with_amount("232.0"), "year on year factor", id="billions_for_millions"),
        pytest.param(with_amount("２３２０００"), "must be a number", id="digits_of_another_script"),
        pytest.param(with_amount('"232000.0\n"'), "must be a number", id="line_break_in_a_number"),
        pytest.param(with_amount("=232000"), "must be a number", id="formula_for_a_number"),
        pytest.param(lambda content: content.replace(b"2028-29,dhsc_rdel", b"2028-30,dhsc_rdel"), "years", id="year"),
        pytest.param(lambda content: content + content.splitlines(True)[1], "primary key", id="duplicate_key"),
    ],
)
def test_what_a_file_may_not_look_like(change: object, expected: str) -> None:
    problems = of_plan(change)
    assert problems, "the file was accepted"
    said = str(BadInputError(problems))
    assert expected in said
    assert PLAN in said
    assert len(said) < 20_000


def text_problems(cell: str) -> list[Problem]:
    """What is wrong with a document whose title is this cell."""
    seed = next(one for one in find_seeds(PROJECT_ROOT / "seeds") if one.contract.name == "raw.source")
    with seed.path.open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    text = io.StringIO()
    writer = csv.DictWriter(text, list(row), lineterminator="\n")
    writer.writeheader()
    writer.writerow(row | {"title": cell})
    return parse_seed(seed, text.getvalue().encode())[1]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=HYPERLINK(1)", "begins like a spreadsheet formula"),
        ("+A1", "begins like a spreadsheet formula"),
        ("-A1", "begins like a spreadsheet formula"),
        ("@SUM(A1)", "begins like a spreadsheet formula"),
        ("+57+A1", "begins like a spreadsheet formula"),
        ("a\x1b[31m", "invisible character"),
        ("a\u202eb", "invisible character"),
        ("a\nb", "invisible character"),
        ("a\ufffd", "lost in another encoding"),
        (" a", "begins or ends with a space"),
        ("a\u00a0", "begins or ends with a space"),
    ],
)
def test_what_a_text_may_not_hold(cell: str, expected: str) -> None:
    (found,) = text_problems(cell)
    assert expected in found.rule
    assert (found.column, found.row) == ("title", 3 if "\n" in cell else 2)
    assert str(found).isprintable()


@pytest.mark.parametrize("cell", ["+57%.", "-3", "A = B", "£5 @ home", "naïve", "-3.5% a year"])
def test_what_a_text_may_hold(cell: str) -> None:
    assert not text_problems(cell)


def origin_problems(seeds_dir: Path, old: str, new: str) -> str:
    seed: Seed = next(one for one in find_seeds(seeds_dir) if one.name == PLAN)
    text = seed.origin_path.read_text(encoding="utf-8")
    lines = [new if line.startswith(old) else line for line in text.splitlines()]
    seed.origin_path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(BadInputError) as error:
        read_origin(seed)
    return str(error.value)


@pytest.mark.parametrize(
    ("key", "line", "expected"),
    [
        ("url", "url: javascript:alert(1)", "must be an address"),
        ("url", "url: [1]", "must be an address"),
        ("rows", "rows: many", "must be a number of rows"),
        ("rows", "rows: -1", "must be a number of rows"),
        ("date_accessed", "date_accessed: 22/11/2026", "must be a date"),
        ("date_accessed", "date_accessed: null", "must be a date"),
        ("date_accessed", "date_accessed: 2026-02-30", "not readable YAML"),
        ("publisher", "publisher: null", "must be text"),
        ("publisher", "publisher: &a x", "missing"),
        ("title", 'title: "a\\u202eb"', "invisible character"),
        ("licence", "licence: a\nlicence: b", "appears twice"),
        ("licence", "licence: &l a\nother: *l", "aliases are not allowed"),
        ("licence", "1: 2\nother: 3", "column other: the key is unknown"),
    ],
)
def test_what_an_origin_may_not_say(seeds_dir: Path, key: str, line: str, expected: str) -> None:
    if line == "publisher: &a x":
        line = "# publisher is gone"
    said = origin_problems(seeds_dir, f"{key}:", line)
    assert expected in said
    assert "funding/settlement_plan.origin.yml" in said


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    - valid_from: 2025-04-01\n", "", "must be a list of dated values"),
        ("  label: ", "  label: [a, b] #", "must be a text, number or date"),
        ("  label: ", "  label: !!str ", "tags are not allowed"),
        ("- id: ", "- id: posts_removed_total\n  label: a\n  unit: posts\n  values: 3\n- id: ", "must be a list"),
        ("      value: ", "      value: 010 #", "low value high in order"),
        ("      value: ", "      value: 1e3 #", "must be a plain decimal number"),
        ("      value: ", "      value: 1:30 #", "must be a plain decimal number"),
        ("      value: ", "      value: yes #", "must be a plain decimal number"),
    ],
)
def test_what_a_parameter_may_not_say(seeds_dir: Path, old: str, new: str, expected: str) -> None:
    path = seeds_dir / "parameters" / "programme.yml"
    text = path.read_text(encoding="utf-8")
    changed = text.replace(old, new, 1)
    if not new:
        head, _, rest = text.partition("  values:\n")
        following = rest[rest.index("\n- id:") :]
        changed = f"{head}  values: []\n{following}"
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(BadInputError) as error:
        read_parameters(seeds_dir)
    assert expected in str(error.value)


def test_a_parameter_that_stands_in_two_files_is_refused(seeds_dir: Path) -> None:
    shutil.copyfile(seeds_dir / "parameters" / "phasing.yml", seeds_dir / "parameters" / "phasing_copy.yml")
    with pytest.raises(BadInputError, match="appears twice"):
        read_parameters(seeds_dir)


def test_aliases_that_would_make_gigabytes_are_refused_at_once(seeds_dir: Path) -> None:
    levels = [f"l{level}: &l{level} [" + ", ".join([f"*l{level - 1}"] * 9) + "]" for level in range(1, 12)]
    bomb = "\n".join(["l0: &l0 [x]", *levels]) + "\n"
    (seeds_dir / "parameters" / "programme.yml").write_text(bomb, encoding="utf-8")
    with pytest.raises(BadInputError, match="aliases are not allowed"):
        read_parameters(seeds_dir)


@pytest.mark.parametrize(
    "name",
    [
        "evidence/claim (conflicted copy 2026-11-30).csv",
        "evidence/claim (Ann's conflicted copy 2026-11-30).csv",
        "evidence/claim.sync-conflict-20261130-101500-ABCDEFG.csv",
        "evidence/claim (1).csv",
        "evidence/claim - Copy.csv",
        "scenarios/slip_6m copy.yml",
    ],
)
def test_a_synchronisers_copy_names_the_original_and_the_choice(seeds_dir: Path, name: str) -> None:
    original = "slip_6m.yml" if name.endswith("yml") else "claim.csv"
    shutil.copy(seeds_dir / Path(name).parent / original, seeds_dir / name)
    said = refused(seeds_dir)
    assert f"{name}: is a copy of {original}" in said
    assert f"keep the right one as {original}" in said
    assert "no contract describes this file" not in said


def test_what_systems_leave_in_a_folder_of_inputs_is_no_input(seeds_dir: Path) -> None:
    for name in ("~$QYG.csv", "desktop.ini", "Thumbs.db", ".DS_Store", "notes.url", "QYG.csv~"):
        (seeds_dir / "parameters" / name).write_bytes(b"left behind")
    assert parameter_files(seeds_dir)
