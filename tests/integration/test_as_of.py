"""What was known on a day: never a later fact, and the same for ever after."""

from datetime import date
from pathlib import Path

import duckdb
import pytest

from nhs_assets.build.as_of_macros import OWN_DAYS
from nhs_assets.build.snapshot_as_of import NoAnswerAsOf
from nhs_assets.contracts.registry import PRODUCT_SCHEMAS, contract, contracts
from nhs_assets.outputs.query import ask_as_of
from nhs_assets.store.snapshot import open_snapshot
from tests.conftest import Project, copy_project, copy_refreshed
from tests.vintage_folder import KNOWN_FROM, LIMITS, SOURCE, VINTAGE, add_vintage

pytestmark = pytest.mark.integration

CALENDAR = "settlement.financial_year"
PRODUCT_TABLES = [
    name for name, described in contracts().items() if described.schema in PRODUCT_SCHEMAS and name != CALENDAR
]
KEPT_VERSIONS = [name for name in PRODUCT_TABLES if name.split(".")[0] in ("evidence", "settlement")]
"""Tables that hold every version of what they say; those further on hold what follows from the last."""
PRESS, AFTER_BUDGET = "DATE '2025-11-13'", "DATE '2025-11-28'"


def macro(table: str) -> str:
    return f"as_of_{contract(table).table}"


def days(snapshot: duckdb.DuckDBPyConnection) -> list[date]:
    """Every day on which a vintage became known."""
    found = snapshot.sql("SELECT DISTINCT known_from FROM evidence.vintage ORDER BY known_from").fetchall()
    return [day for (day,) in found]


@pytest.fixture(scope="module")
def later(refreshed_with_few_draws: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that was published, and again with one vintage more: nothing is added but its folder."""
    project = copy_refreshed(refreshed_with_few_draws, tmp_path_factory.mktemp("later"))
    folder = add_vintage(project.settings.seeds_dir)
    sealed = project.run("seal", *(str(path) for path in sorted(folder.glob("*.csv"))))
    assert sealed.returncode == 0, sealed.stdout + sealed.stderr
    done = project.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    return project


@pytest.mark.parametrize("table", PRODUCT_TABLES)
def test_answer_as_of_a_day_holds_no_row_that_became_known_later(table: str, refreshed: Project) -> None:
    with open_snapshot(refreshed.settings.data_dir) as snapshot:
        for day in [date(2000, 1, 1), *days(snapshot), date(2026, 11, 22)]:
            answer = snapshot.sql(f"SELECT * FROM {macro(table)}(DATE '{day}')")
            assert tuple(answer.columns) == contract(table).column_names
            ((latest,),) = snapshot.sql(f"SELECT max(known_from) FROM {macro(table)}(DATE '{day}')").fetchall()
            assert latest is None or latest <= day


@pytest.mark.parametrize("day", ["2025-06-11", "2025-11-13", "2025-11-28", "2025-12-11"])
def test_no_text_and_no_day_of_judgement_tells_of_what_became_known_later(day: str, refreshed: Project) -> None:
    """Nothing names a vintage, claim or question that was not there yet, nor a judgement not made yet."""
    evidence = [name for name, described in contracts().items() if described.schema in ("raw", "evidence")]
    with open_snapshot(refreshed.settings.data_dir) as snapshot:
        later = snapshot.execute(
            "SELECT vintage_id FROM evidence.vintage WHERE known_from > $day "
            "UNION SELECT claim_id FROM evidence.claim WHERE known_from > $day",
            {"day": date.fromisoformat(day)},
        ).fetchall()
    named = "|".join(sorted(name for (name,) in later))
    told = []
    for name in evidence:
        described = contract(name)
        texts = [column.name for column in described.columns if column.duckdb_type == "VARCHAR"]
        decided = [column.name for column in described.columns if column.name in OWN_DAYS]
        conditions = [f"regexp_matches({column}, '\\b({named})\\b')" for column in texts]
        conditions += [f"{column} > DATE '{day}'" for column in decided]
        try:
            asked = f"SELECT * FROM {name} WHERE {' OR '.join(conditions)}"
            rows, _ = ask_as_of(refreshed.settings.data_dir, asked, date.fromisoformat(day))
        except NoAnswerAsOf:
            continue
        told += [(name, row) for row in rows.rows()]
    assert not told


def test_notes_written_with_hindsight_are_left_out_of_seeds_too(refreshed: Project) -> None:
    asked = "SELECT count(*) AS claims, count(note) AS notes FROM raw.claim"
    rows, _ = ask_as_of(refreshed.settings.data_dir, asked, date(2025, 11, 13))
    assert rows["claims"].item() > 0
    assert rows["notes"].item() == 0
    judged, _ = ask_as_of(
        refreshed.settings.data_dir, "SELECT count(*) AS rows FROM raw.contradiction_judgement", date(2025, 11, 13)
    )
    assert judged["rows"].item() == 0


def test_one_resolution_stands_for_each_quantity(refreshed: Project) -> None:
    with open_snapshot(refreshed.settings.data_dir) as snapshot:
        for table in ("as_of_resolution", "as_of_resolution_claim"):
            key = "measure_id, scope_id, period_id" + (", claim_id" if table.endswith("claim") else "")
            ((rows, quantities),) = snapshot.sql(
                f"SELECT count(*), count(DISTINCT ({key})) FROM {table}({AFTER_BUDGET})"
            ).fetchall()
            assert rows == quantities > 0
        years = snapshot.sql(
            "SELECT DISTINCT vintage_id FROM as_of_resolution(DATE '2025-11-28') WHERE measure_id = 'recoupment_year'"
        ).fetchall()
    assert years == [("budget_2025_11",)]


@pytest.mark.parametrize("table", PRODUCT_TABLES)
def test_one_row_stands_for_each_thing_known(table: str, refreshed: Project) -> None:
    """All vintages taken together, nothing that was ever known is left out, and nothing is said twice."""
    described = contract(table)
    rest = [column.name for column in described.columns if column.is_key and not column.is_knowledge]
    keys = ", ".join(rest)
    with open_snapshot(refreshed.settings.data_dir) as snapshot:
        known = sorted(snapshot.sql(f"SELECT DISTINCT {keys} FROM {table}").fetchall(), key=str)
        answered = sorted(snapshot.sql(f"SELECT {keys} FROM {macro(table)}(DATE '2100-01-01')").fetchall(), key=str)
    assert answered == known


@pytest.mark.parametrize("table", KEPT_VERSIONS)
def test_a_later_vintage_leaves_every_past_answer_as_it_was(table: str, refreshed: Project, later: Project) -> None:
    with open_snapshot(refreshed.settings.data_dir) as before, open_snapshot(later.settings.data_dir) as after:
        assert KNOWN_FROM in {str(day) for day in days(after)} - {str(day) for day in days(before)}
        for day in [*(day for day in days(before) if str(day) < KNOWN_FROM), date(2026, 11, 17)]:
            question = f"SELECT * FROM {macro(table)}(DATE '{day}') ORDER BY ALL"
            is_kept = before.sql(question).fetchall() == after.sql(question).fetchall()
            assert is_kept, question


def test_a_new_vintage_flows_to_every_settlement_table_from_its_folder_alone(later: Project) -> None:
    with open_snapshot(later.settings.data_dir) as snapshot:

        def rows(sql: str) -> list[tuple]:
            return snapshot.execute(sql, {"vintage": VINTAGE} if "$vintage" in sql else None).fetchall()

        assert rows(
            "SELECT v.label, CAST(v.known_from AS VARCHAR), v.evidence_grade, s.publisher, s.source_id "
            "FROM evidence.vintage AS v JOIN evidence.source AS s USING (source_id) WHERE vintage_id = $vintage"
        ) == [("Made-up statement", KNOWN_FROM, "E", "Nobody", SOURCE)]
        plans = rows(
            "SELECT line_id, fy, CAST(CAST(amount_gbp_m AS DECIMAL(18, 1)) AS VARCHAR) FROM settlement.plan "
            "WHERE vintage_id = $vintage AND status <> 'derived'"
        )
        assert {(line, fy): amount for line, fy, amount in plans} == {
            (line, fy): amount for line, limits in LIMITS.items() for fy, amount in limits.items()
        }
        ((changed,),) = rows(
            "SELECT count(DISTINCT fy) FROM settlement.plan_change "
            "WHERE vintage_from = 'obr_2026_03' AND vintage_to = $vintage AND line_id = 'dhsc_rdel'"
        )
        assert changed == len(LIMITS["dhsc_rdel"])
        assert rows("SELECT DISTINCT status FROM settlement.deflator WHERE vintage_id = $vintage ORDER BY status") == [
            ("extended",),
            ("forecast",),
            ("outturn",),
        ]
        ((crossed,),) = rows(
            "SELECT count(DISTINCT plan_vintage_id) FROM settlement.real_terms WHERE deflator_vintage_id = $vintage"
        )
        assert crossed == len(rows("SELECT DISTINCT vintage_id FROM settlement.plan"))
        assert rows("SELECT DISTINCT deflator_vintage_id FROM savings.appraisal") == [(VINTAGE,)]
        assert not rows("SELECT check_name FROM audit.check_result WHERE severity = 'error' AND NOT passed")
        assert rows("SELECT file, raw_table FROM audit.seed_file WHERE file LIKE 'seeds/vintages/%' ORDER BY file") == [
            (f"seeds/vintages/{VINTAGE}/gdp_deflator.csv", "raw.gdp_deflator"),
            (f"seeds/vintages/{VINTAGE}/settlement_plan.csv", "raw.settlement_plan"),
        ]


def test_a_changed_cell_of_a_vintages_file_is_refused_under_its_own_name(later: Project, tmp_path: Path) -> None:
    import polars as pl

    from nhs_assets.ground.problems import BadInput
    from nhs_assets.sources.seed_files import find_seeds
    from nhs_assets.sources.seeds import read_table

    project = copy_project(tmp_path)
    folder = add_vintage(project.settings.seeds_dir)
    assert project.run("seal", *map(str, folder.glob("*.csv"))).returncode == 0
    file = folder / "settlement_plan.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("231500.3", "231500.4"), encoding="utf-8")
    accepted = pl.read_parquet(later.settings.data_dir / "working" / "raw" / "settlement_plan.parquet")
    with pytest.raises(BadInput) as refused:
        read_table(contract("raw.settlement_plan"), find_seeds(project.settings.seeds_dir), accepted)
    assert {problem.file for problem in refused.value.problems} == {f"vintages/{VINTAGE}/settlement_plan.csv"}
    assert "column amount_gbp_m: was '231500.300000' when last accepted (found '231500.400000')" in str(refused.value)
    assert len(refused.value.problems) == 2


def test_as_of_13_november_the_press_names_2026_27(refreshed: Project) -> None:
    with open_snapshot(refreshed.settings.data_dir) as snapshot:
        assert snapshot.sql(
            "SELECT period_from_fy, attribution, evidence_grade "
            f"FROM as_of_claim({PRESS}) WHERE measure_id = 'recoupment_year'"
        ).fetchall() == [("2026-27", "article_voice", "C")]
        assert snapshot.sql(
            f"SELECT interpretation, fy, CAST(delta_gbp_m AS INTEGER) FROM as_of_instrument({PRESS}) "
            "WHERE delta_gbp_m < 0"
        ).fetchall() == [("press_overspend", "2026-27", -1000)]
        assert not snapshot.sql(
            f"SELECT 1 FROM as_of_instrument({PRESS}) WHERE interpretation = 'official_reprofile'"
        ).fetchall()


def test_as_of_28_november_the_plan_is_higher_in_2026_27_and_lower_in_2028_29(refreshed: Project) -> None:
    with open_snapshot(refreshed.settings.data_dir) as snapshot:
        moved = snapshot.sql(
            f"SELECT fy, CAST(a.amount_gbp_m - p.amount_gbp_m AS DOUBLE) FROM as_of_plan({AFTER_BUDGET}) AS a "
            f"JOIN as_of_plan({PRESS}) AS p USING (fy, line_id) WHERE line_id = 'dhsc_rdel'"
        ).fetchall()
        by_year = dict(moved)
        assert by_year["2026-27"] == pytest.approx(443.3)
        assert by_year["2028-29"] == pytest.approx(-832.1)
        assert min(by_year, key=by_year.__getitem__) == "2028-29"
        assert snapshot.sql(
            f"SELECT DISTINCT profile_id FROM as_of_recoup_profile({AFTER_BUDGET}) AS later "
            f"ANTI JOIN as_of_recoup_profile({PRESS}) AS earlier USING (interpretation, profile_id)"
        ).fetchall() == [("all_2028_29",)]


def test_vintages_hold_at_least_the_five_days_of_the_story(refreshed: Project) -> None:
    with open_snapshot(refreshed.settings.data_dir) as snapshot:
        held = {str(day) for day in days(snapshot)}
    assert {"2025-06-11", "2025-11-13", "2025-11-26", "2025-12-11", "2026-03-03"} <= held
