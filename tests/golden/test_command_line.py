"""The command line on a refreshed project: what it shows, and what it will not do."""

import json
from pathlib import Path

import polars as pl
import pytest

from nhs_assets.outputs.query import ask
from tests.conftest import Project, printed_by_refresh

pytestmark = pytest.mark.golden


def test_query_answers_as_table_csv_and_json(refreshed: Project) -> None:
    question = "SELECT reading_id, gap_low_gbp_m FROM overspend.funding_gap WHERE gap_low_gbp_m = 140 ORDER BY ALL"
    assert "140.000000" in refreshed.run("query", question).stdout
    assert refreshed.run("query", "-f", "csv", question).stdout.startswith("reading_id,gap_low_gbp_m\n")
    rows = json.loads(refreshed.run("query", "-f", "json", question).stdout)
    assert {row["gap_low_gbp_m"] for row in rows} == {140.0}


def test_query_answers_with_lists_structures_and_bytes_too(refreshed: Project) -> None:
    question = "SELECT [1, 2] AS l, {'a': 'x'::BLOB} AS s, 'x'::BLOB AS b"
    assert refreshed.run("query", "-f", "csv", question).stdout == "l,s,b\n\"[1, 2]\",{'a': b'x'},b'x'\n"
    rows = json.loads(refreshed.run("query", "-f", "json", question).stdout)
    assert rows == [{"l": [1, 2], "s": "{'a': b'x'}", "b": "b'x'"}]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("DROP TABLE settlement.plan", "one SELECT"),
        ("SELECT 1; SELECT 2", "one SELECT"),
        ("ATTACH 'x.duckdb'", "one SELECT"),
        ("COPY settlement.plan TO 'x.csv'", "one SELECT"),
        ("SET enable_external_access = true", "one SELECT"),
        ("SELECT * FROM read_text('/etc/hostname')", "disabled"),
        ("SELECT * FROM no_such_table", "no_such_table"),
    ],
)
def test_query_only_reads_what_is_published(refreshed: Project, sql: str, expected: str) -> None:
    done = refreshed.run("query", sql)
    assert done.returncode == 1
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert "nanobind" not in done.stderr


def test_tables_lists_what_is_published(refreshed: Project) -> None:
    listed = refreshed.run("tables").stdout
    assert "settlement.real_terms" in listed
    assert "overspend.neutrality" in listed


def test_describe_shows_columns_units_sources_and_checks(refreshed: Project) -> None:
    shown = refreshed.run("describe", "settlement.real_terms").stdout
    for expected in ("real_gbp_m", "£m", "Office for Budget Responsibility", "seeds/funding/gdp_deflator.csv", "error"):
        assert expected in shown


def test_describe_of_an_unknown_table_names_those_there_are(refreshed: Project) -> None:
    done = refreshed.run("describe", "settlement.nonsense")
    assert done.returncode == 1
    assert "settlement.plan" in done.stderr


def test_before_the_first_refresh_the_next_step_is_named(project: Project) -> None:
    done = project.run("tables")
    assert done.returncode == 1
    assert "nhs-assets refresh" in done.stderr


def test_verify_claims_lists_what_is_not_held_and_fails_on_another_document(refreshed: Project, tmp_path: Path) -> None:
    nothing = refreshed.run("verify-claims", str(tmp_path))
    assert nothing.returncode == 0
    assert "0 claims verified, 0 mismatches" in nothing.stdout
    assert "not held: article_001" in nothing.stdout

    (tmp_path / "001_09cd5ace89790e60.txt").write_text("Another text about £2bn.\n" * 200, encoding="utf-8")
    other = refreshed.run("verify-claims", str(tmp_path))
    assert other.returncode == 1
    assert "mismatch: 001_09cd5ace89790e60.txt in article_001, checksum: expected 4dcd8c16" in other.stderr
    assert "mismatch: C015 in article_001" in other.stderr
    assert "Traceback" not in other.stderr


def test_refresh_summarises_figures_checks_and_where_the_tables_are(refreshed: Project) -> None:
    printed = printed_by_refresh(refreshed)
    for expected in (
        "2.73%",
        "£140m to £440m",
        "980.3m",
        "10,600 (1,700 to 20,200)",
        "checks passed",
        "nhs_assets.duckdb",
    ):
        assert expected in printed


@pytest.mark.parametrize(
    "command",
    [
        "refresh",
        "diff",
        "query",
        "question",
        "explain",
        "tables",
        "describe",
        "seal",
        "verify-claims",
        "ui",
        "doctor",
        "docs",
    ],
)
def test_help_teaches_with_an_example(refreshed: Project, command: str) -> None:
    assert f"nhs-assets {command}" in refreshed.run(command, "--help").stdout


def test_query_as_of_a_day_knows_nothing_later(refreshed_with_few_draws: Project) -> None:
    question = (
        "SELECT max_by(vintage_id, known_from), max_by(amount_gbp_m, known_from) FROM settlement.plan "
        "WHERE line_id = 'dhsc_rdel' AND fy = '2028-29'"
    )
    answers = {
        day: refreshed_with_few_draws.run("query", "-f", "csv", "--as-of", day, question)
        for day in ("2025-11-13", "2025-11-28")
    }
    assert {day: done.stdout.splitlines()[1:] for day, done in answers.items()} == {
        "2025-11-13": ["sr_2025_06,232000.000000"],
        "2025-11-28": ["budget_2025_11,231167.900000"],
    }
    told = answers["2025-11-13"].stderr
    assert "last vintage press_2025_11" in told
    assert "judgements are today's" in told
    assert "that of budget_2025_11 is borrowed" in told
    assert "borrowed" not in answers["2025-11-28"].stderr


def test_a_day_before_the_first_vintage_is_refused_with_that_vintage(refreshed_with_few_draws: Project) -> None:
    done = refreshed_with_few_draws.run("query", "-f", "csv", "--as-of", "2020-01-01", "SELECT fy FROM settlement.plan")
    assert done.returncode == 1
    assert "nothing was known on 2020-01-01: the first vintage is spring_2025_03, of 2025-03-26" in done.stderr


def test_question_and_explain_answer_as_of_a_day(refreshed_with_few_draws: Project) -> None:
    asked = refreshed_with_few_draws.run("question", "11", "-f", "csv", "--as-of", "2025-11-13")
    assert asked.returncode == 0, asked.stderr
    assert "last vintage press_2025_11" in asked.stderr
    figure = "settlement.plan/sr_2025_06/2028-29/dhsc_rdel/amount_gbp_m"
    card = json.loads(refreshed_with_few_draws.run("explain", figure, "-f", "json", "--as-of", "2025-11-13").stdout)
    assert card["value"] == 232000.0
    assert "last vintage press_2025_11" in card["as_of"][0]
    assert not card["checks"]
    later = refreshed_with_few_draws.run(
        "explain", figure.replace("sr_2025_06", "obr_2026_03"), "--as-of", "2025-11-13"
    )
    assert later.returncode == 1


def test_query_as_of_a_day_filters_seeds_by_their_vintage_and_document(refreshed_with_few_draws: Project) -> None:
    question = "SELECT count(*) AS held FROM raw.settlement_plan WHERE vintage_id LIKE 'obr%'"
    assert refreshed_with_few_draws.run("query", "-f", "csv", "--as-of", "2026-03-02", question).stdout == "held\n0\n"
    assert refreshed_with_few_draws.run("query", "-f", "csv", "--as-of", "2026-03-03", question).stdout != "held\n0\n"


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT * FROM audit.check_result", "ask without --as-of"),
        ("SELECT * FROM audit.lineage", "ask without --as-of"),
        ("SELECT * FROM settlement.nonsense", "does not exist"),
        ("DROP VIEW settlement.plan", "one SELECT"),
        ("SELECT 1; SELECT 2", "one SELECT"),
        ("SET enable_external_access = true", "one SELECT"),
        ("SELECT * FROM read_text('/etc/hostname')", "disabled"),
        ("SELECT * FROM read_csv('/etc/hostname')", "disabled"),
    ],
)
def test_query_as_of_a_day_refuses_what_is_not_there_and_all_but_reading(
    refreshed_with_few_draws: Project, sql: str, expected: str
) -> None:
    done = refreshed_with_few_draws.run("query", "--as-of", "2025-11-13", sql)
    assert done.returncode == 1
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_json_for_short_answers_as_the_format_does(refreshed: Project) -> None:
    for command in (["question", "7"], ["tables"], ["describe", "overspend.ledger"], ["scenario", "list"], ["inbox"]):
        short, long = (refreshed.run(*command, *flags) for flags in (["--json"], ["--format", "json"]))
        assert (short.returncode, short.stdout) == (0, long.stdout)
        json.loads(short.stdout)
    told = json.loads(refreshed.run("question", "7", "--json").stdout)
    assert told["answer"].startswith("Only partly")
    assert told["rows"]
    assert refreshed.run("query", "--", 'SELECT 1 AS "--json"').stdout.count("--json") == 1


def test_export_writes_the_chosen_tables_and_nothing_else(refreshed: Project, tmp_path: Path) -> None:
    target = tmp_path / "mine"
    done = refreshed.run(
        "export", str(target), "-t", "overspend.le*", "-t", "settlement.plan", "-f", "csv", "-f", "parquet"
    )
    assert done.returncode == 0, done.stderr
    written = sorted(path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file())
    assert written == [
        *("csv/overspend/ledger.csv", "csv/settlement/plan.csv"),
        *("parquet/overspend/ledger.parquet", "parquet/settlement/plan.parquet"),
    ]
    ledger = pl.read_parquet(target / "parquet/overspend/ledger.parquet")
    assert ledger.equals(ask(refreshed.settings.data_dir, "SELECT * FROM overspend.ledger").cast(dict(ledger.schema)))
    published = refreshed.settings.data_dir / "published" / "current" / "csv" / "settlement" / "plan.csv"
    assert (target / "csv/settlement/plan.csv").read_bytes() == published.read_bytes()


def test_export_of_a_table_that_is_not_there_says_so_and_writes_nothing(refreshed: Project, tmp_path: Path) -> None:
    done = refreshed.run("export", str(tmp_path / "mine"), "-t", "settlement.plans")
    assert done.returncode == 1
    assert "no table is called settlement.plans" in done.stderr
    assert not (tmp_path / "mine").exists()


def test_show_tables_lists_every_published_table(refreshed: Project) -> None:
    listed = json.loads(refreshed.run("query", "--json", "SHOW TABLES").stdout)
    told = json.loads(refreshed.run("tables", "--json").stdout)
    assert [row["name"] for row in listed] == [row["table_name"] for row in told]
