"""What was known on a day: never a later fact, a figure in every table, and the same for ever after."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from nhs_assets.build.as_of_files import build_past, file_as_of
from nhs_assets.build.rebuild import Rebuild
from nhs_assets.build.wiring import product_recipes, without_draws
from nhs_assets.contracts import known
from nhs_assets.contracts.registry import contract, contracts
from nhs_assets.ground.files import sha256
from nhs_assets.ground.problems import RebuildError
from nhs_assets.outputs.questions import find_question
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.store.as_of import set_of
from nhs_assets.store.snapshot import database_path, open_published, open_snapshot
from tests.conftest import Project, copy_project, copy_refreshed, own_file
from tests.vintage_folder import KNOWN_FROM, LIMITS, SOURCE, VINTAGE, add_vintage

pytestmark = pytest.mark.integration

RECIPES = product_recipes(PROJECT_ROOT / "sql")
TABLES = without_draws(RECIPES)
VINTAGES = (
    "spring_2025_03",
    "sr_2025_06",
    "pesa_2025_07",
    "press_2025_11",
    "budget_2025_11",
    "written_answers_2025_12",
    "written_answers_2026_02",
    "written_answers_2026_02_28",
    "obr_2026_03",
    "hmt_2026_06",
    "pesa_2026_07",
    "directions_2026_07",
    "quarter_4_2025_26",
)
PRESS = date(2025, 11, 13)
NOTHING_BY_NATURE = {
    "evidence.event": "nothing that the tables lack had happened or been searched for yet",
    "overspend.operations_bought": "it needs the official re-profile, which was first named on 2 December",
    "savings.as_stated": "officials had stated no cost yet",
    "settlement.outturn_against_plan": "no outturn of a year was known that had a plan before",
    "settlement.deflator_comparison": "no file of the Treasury has been dropped in: it is empty today too",
    "workforce.succession": "boards were dissolved on 1 April 2026",
    "workforce.grade_mix_comparison": "no workforce statistics have been dropped in: it is empty today too",
    "workforce.population_comparison": "no allocation file has been dropped in: it is empty today too",
    "workforce.staff_source_comparison": "no workforce statistics have been dropped in: it is empty today too",
}
"""Tables that must have no row as of 13 November 2025, and why."""


def past_file(project: Project, vintage: str) -> Path:
    return project.settings.data_dir / "published" / "as_of" / f"{vintage}.duckdb"


def rows(database: Path, sql: str, **values: object) -> list[tuple]:
    with open_published(database.resolve()) as connection:
        return connection.execute(sql, values or None).fetchall()


def published_days(project: Project, table: str, key: str) -> dict[str, date]:
    with open_snapshot(project.settings.data_dir) as snapshot:
        return dict(snapshot.sql(f"SELECT {key}, known_from FROM {table}").fetchall())


@pytest.fixture(scope="module")
def refreshed(refreshed_with_few_draws: Project) -> Project:
    """Facts of past days have no draws; of the shared projects this one has a file for each vintage."""
    return refreshed_with_few_draws


@pytest.fixture(scope="module")
def later(refreshed: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that was published, and again with one vintage more: nothing is added but its folder."""
    project = copy_refreshed(refreshed, tmp_path_factory.mktemp("later"))
    folder = add_vintage(project.settings.seeds_dir)
    sealed = project.run("seal", *(str(path) for path in sorted(folder.glob("*.csv"))))
    assert sealed.returncode == 0, sealed.stdout + sealed.stderr
    done = project.run("refresh", NHS_ASSETS_AS_OF_FILES="true")
    assert done.returncode == 0, done.stdout + done.stderr
    # Its own file, and that of the one vintage after it, which knows it too.
    assert "2 built in" in done.stdout
    return project


@pytest.mark.parametrize("vintage", VINTAGES)
def test_no_fact_behind_a_file_is_later_than_its_day(vintage: str, refreshed: Project) -> None:
    """Every row of raw that has a day, by the days that publishers' documents, vintages and claims have."""
    file = past_file(refreshed, vintage)
    ((day, borrowed),) = rows(file, "SELECT known_from, borrowed_deflator_vintage_id FROM as_of.state")
    days = {
        known.VINTAGE: published_days(refreshed, "evidence.vintage", "vintage_id") | {borrowed: day},
        known.DOCUMENT: published_days(refreshed, "evidence.source", "source_id"),
        known.CLAIM: published_days(refreshed, "evidence.claim", "claim_id"),
    }
    assert day == published_days(refreshed, "evidence.vintage", "vintage_id")[vintage]
    own_words = {name for (name,) in rows(file, "SELECT source_id FROM raw.source WHERE kind = 'background'")}
    dated = [one for one in contracts().values() if one.schema == "raw" and one.known.days]
    walked, resting = 0, set()
    for table in dated:
        for declared in table.known.days:
            column, wanted = declared.where or ("true", True)
            asked = f"SELECT {', '.join(declared.columns)} FROM {table.name} WHERE {column} = $wanted"
            named = rows(file, asked, wanted=wanted)
            walked += len(named)
            for values in named:
                for value in values:
                    if value is None:  # not found by a search, so of no day
                        assert table.name == "raw.event"
                    elif declared.of is None:
                        assert months_after(value, declared.months_later) <= day, (table.name, value)
                    elif value in own_words or (declared.of == known.DOCUMENT and table.name == known.DOCUMENT):
                        resting.add(value)
                    else:
                        assert days[declared.of][value] <= day, (table.name, value)
    assert walked > 100
    named = {
        name
        for table in contracts().values()
        if table.schema == "raw" and "source_id" in table.column_names and table.name != known.DOCUMENT
        for (name,) in rows(file, f"SELECT DISTINCT source_id FROM {table.name}")
    }
    assert {name for name in resting if days[known.DOCUMENT][name] > day} <= named


def months_after(day: date, months: int) -> date:
    return date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, day.day)


@pytest.mark.parametrize("vintage", VINTAGES)
def test_no_text_of_a_fact_names_what_was_not_there_yet(vintage: str, refreshed: Project) -> None:
    file = past_file(refreshed, vintage)
    named = "SELECT vintage_id FROM evidence.vintage UNION SELECT claim_id FROM evidence.claim"
    borrowed = "SELECT borrowed_deflator_vintage_id FROM as_of.state"
    held = {name for (name,) in rows(file, f"{named} UNION {borrowed}")}
    with open_snapshot(refreshed.settings.data_dir) as snapshot:
        later = [name for (name,) in snapshot.sql(named).fetchall() if name not in held]
    if not later:
        assert vintage == VINTAGES[-1]
        return
    facts = [one for one in contracts().values() if one.schema == "raw" and not one.known.is_method]
    for table in facts:
        texts = " OR ".join(
            f"regexp_matches({column.name}, '\\b({'|'.join(later)})\\b')"
            for column in table.columns
            if column.duckdb_type == "VARCHAR"
        )
        assert not rows(file, f"SELECT * FROM {table.name} WHERE {texts}"), table.name
    ((notes,),) = rows(file, "SELECT count(note) FROM evidence.claim")
    assert notes == 0


def test_as_of_the_press_every_table_has_rows(refreshed: Project) -> None:
    file = past_file(refreshed, "press_2025_11")
    empty = {name for name in TABLES if rows(file, f"SELECT count(*) FROM {name}") == [(0,)]}
    assert empty == set(NOTHING_BY_NATURE)


@pytest.mark.parametrize("vintage", VINTAGES)
def test_every_vintage_has_its_file_with_every_table_and_no_row_over_draws(vintage: str, refreshed: Project) -> None:
    found = {
        name
        for (name,) in rows(
            past_file(refreshed, vintage), "SELECT schema_name || '.' || table_name FROM duckdb_tables()"
        )
    }
    raw = {name for name in contracts() if name.startswith("raw.")}
    assert found == {*RECIPES, *raw, "audit.conclusion", "as_of.state", "as_of.raw_table", "as_of.later_method"}
    for name in set(RECIPES) - set(TABLES):
        assert rows(past_file(refreshed, vintage), f"SELECT count(*) FROM {name}") == [(0,)], name
    uncommented = "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
    assert not rows(past_file(refreshed, vintage), uncommented)


def test_the_plan_of_2028_29_is_the_one_known_on_the_day(refreshed: Project) -> None:
    asked = (
        "SELECT CAST(max_by(amount_gbp_m, known_from) AS DOUBLE) FROM settlement.plan "
        "WHERE line_id = 'dhsc_rdel' AND fy = '2028-29'"
    )
    version = database_path(refreshed.settings.data_dir).parent
    answers = [rows(file_as_of(refreshed.settings, version, day), asked) for day in (PRESS, date(2025, 11, 28))]
    assert answers == [[(232_000.0,)], [(231_167.9,)]]


def test_the_boards_of_now_are_those_of_the_day(refreshed: Project) -> None:
    version = database_path(refreshed.settings.data_dir).parent
    asked = "SELECT count(*), round(sum(headcount)), sum(registered_population) FROM {} WHERE body = 'icb'"
    for day, boards in ((date(2026, 3, 31), 42), (date(2026, 4, 1), 36)):
        file = file_as_of(refreshed.settings, version, day)
        assert rows(file, asked.format("workforce.baseline")) == [(boards, 25_000, 63_849_321)]
        assert rows(file, asked.format("workforce.baseline_before_succession")) == [(42, 25_000, 63_849_321)]
        assert rows(file, "SELECT count(*) FROM workforce.succession") == [(0 if boards == 42 else 19,)]


def test_an_amount_is_not_known_before_the_document_that_states_it(refreshed: Project) -> None:
    """On 13 November the press had £1bn; ministers named the £860m on 2 December, the official range in January."""
    asked = "SELECT reading_id FROM overspend.funding_gap ORDER BY ALL"
    readings = [
        [reading for (reading,) in rows(past_file(refreshed, vintage), asked)]
        for vintage in ("press_2025_11", "written_answers_2025_12", "written_answers_2026_02")
    ]
    press = ["press_cost_against_press_overspend"]
    named = ["modelled_cost_against_reprofile", *press, "press_cost_against_reprofile"]
    assert readings == [press, named, sorted([*named, "official_cost_against_reprofile"])]


def test_question_06_says_nothing_of_a_day_after_the_one_asked_for(refreshed: Project) -> None:
    asked = f"SELECT plan_28_november_gbp_m FROM ({find_question('6').sql}) WHERE fy = '2028-29'"
    assert rows(past_file(refreshed, "press_2025_11"), asked) == [(None,)]
    assert rows(past_file(refreshed, "budget_2025_11"), asked) == [(Decimal("231167.9"),)]


def test_any_client_attaches_a_file_under_a_name_of_its_own(refreshed: Project) -> None:
    with duckdb.connect() as client:
        for name, file in (("before", "press_2025_11"), ("after", "budget_2025_11")):
            client.execute(f"ATTACH '{past_file(refreshed, file)}' AS {name} (READ_ONLY)")
        client.execute(
            f"ATTACH '{refreshed.settings.data_dir / 'published' / 'nhs_assets.duckdb'}' AS today (READ_ONLY)"
        )
        moved = client.execute(
            "SELECT b.fy, CAST(a.amount_gbp_m - b.amount_gbp_m AS DOUBLE) FROM before.settlement.plan AS b "
            "JOIN after.settlement.plan AS a USING (fy, line_id) "
            "WHERE line_id = 'dhsc_rdel' AND b.vintage_id = 'sr_2025_06' AND a.vintage_id = 'budget_2025_11'"
        ).fetchall()
        ((compared,),) = client.execute(
            "SELECT count(*) FROM before.overspend.available JOIN today.overspend.available "
            "USING (scenario_id, interpretation, profile_id, fy)"
        ).fetchall()
    by_year = dict(moved)
    assert by_year["2026-27"] == pytest.approx(443.3)
    assert by_year["2028-29"] == pytest.approx(-832.1)
    assert min(by_year, key=by_year.__getitem__) == "2028-29"
    assert compared > 0


def test_as_of_the_press_its_year_of_paying_back_stands_alone(refreshed: Project) -> None:
    file = past_file(refreshed, "press_2025_11")
    assert rows(
        file,
        "SELECT period_from_fy, attribution, evidence_grade FROM evidence.claim WHERE measure_id = 'recoupment_year'",
    ) == [("2026-27", "article_voice", "C")]
    assert rows(
        file, "SELECT interpretation, fy, CAST(delta_gbp_m AS INTEGER) FROM overspend.instrument WHERE delta_gbp_m < 0"
    ) == [("press_overspend", "2026-27", -1000)]
    assert not rows(file, "SELECT 1 FROM overspend.instrument WHERE interpretation = 'official_reprofile'")
    asked = "SELECT DISTINCT profile_id FROM overspend.recoup_profile"
    before, after = (set(rows(past_file(refreshed, name), asked)) for name in ("press_2025_11", "budget_2025_11"))
    assert after - before == {("all_2028_29",)}


def test_later_parameters_are_listed_and_a_borrowed_deflator_is_marked(refreshed: Project) -> None:
    press, budget = (past_file(refreshed, vintage) for vintage in ("press_2025_11", "budget_2025_11"))
    listed = rows(press, "SELECT row_key FROM as_of.later_method WHERE raw_table = 'raw.parameter_value'")
    by_document = published_days(refreshed, "evidence.source", "source_id")
    parameters = rows(press, "SELECT parameter_id || '/' || valid_from, source_id FROM raw.parameter_value")
    assert {key for (key,) in listed} == {key for key, source in parameters if by_document[source] > PRESS}
    assert len(listed) > 100
    assert rows(press, "SELECT borrowed_deflator_vintage_id FROM as_of.state") == [("budget_2025_11",)]
    assert rows(budget, "SELECT borrowed_deflator_vintage_id FROM as_of.state") == [(None,)]
    kinds = dict(rows(press, "SELECT raw_table, kind FROM as_of.raw_table"))
    assert (kinds["raw.settlement_plan"], kinds["raw.parameter_value"]) == ("fact", "method")


def test_a_later_vintage_leaves_every_other_file_byte_for_byte(refreshed: Project, later: Project) -> None:
    added = past_file(later, VINTAGE)
    assert rows(added, "SELECT known_from FROM as_of.state") == [(date.fromisoformat(KNOWN_FROM),)]
    for vintage in VINTAGES[:-1]:
        before, after = past_file(refreshed, vintage), past_file(later, vintage)
        assert sha256(before) == sha256(after), vintage


def test_a_refresh_that_changes_nothing_builds_nothing(later: Project) -> None:
    before = {path.name: path.stat().st_ino for path in past_file(later, "x").parent.iterdir()}
    done = later.run("refresh", NHS_ASSETS_AS_OF_FILES="true")
    assert "unchanged (published/as_of)" in done.stdout
    assert {path.name: path.stat().st_ino for path in past_file(later, "x").parent.iterdir()} == before


def test_a_day_between_vintages_is_built_when_asked_and_kept(refreshed: Project, tmp_path: Path) -> None:
    project = copy_refreshed(refreshed, tmp_path)
    version = database_path(project.settings.data_dir).parent
    first, second = (file_as_of(project.settings, version, date(2025, 12, day)) for day in (2, 3))
    assert first == second
    assert first.parent.name == "as_of_days"
    assert rows(first, "SELECT vintage_id, known_from FROM as_of.state") == [("budget_2025_11", date(2025, 12, 2))]
    reasons = "SELECT count(*) FROM overspend.instrument WHERE interpretation = 'official_reprofile'"
    assert rows(first, reasons) > rows(past_file(project, "budget_2025_11"), reasons) == [(0,)]
    same = file_as_of(project.settings, version, date(2025, 11, 30))
    assert same == past_file(project, "budget_2025_11").resolve()


def test_what_cannot_be_built_costs_neither_the_version_nor_the_files_of_before(
    refreshed: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = copy_refreshed(refreshed, tmp_path)
    version = database_path(project.settings.data_dir).parent
    before = set_of(version)
    spoilt = own_file(past_file(project, "press_2025_11").resolve())
    spoilt.write_bytes(b"")

    def fails(*_: object) -> None:
        raise RebuildError("no such thing")

    with monkeypatch.context() as patched:
        patched.setattr(Rebuild, "tables", fails)
        with pytest.raises(RebuildError):
            build_past(project.settings, lambda _: None)
    assert set_of(version) == before
    assert database_path(project.settings.data_dir).parent == version
    mended = build_past(project.settings, lambda _: None)
    assert (list(mended.built), mended.reused) == (["press_2025_11"], len(VINTAGES) - 1)
    assert rows(past_file(project, "press_2025_11"), "SELECT vintage_id FROM as_of.state") == [("press_2025_11",)]


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
        of_vintage = f"file LIKE 'seeds/vintages/{VINTAGE}/%'"
        assert rows(f"SELECT file, raw_table FROM audit.seed_file WHERE {of_vintage} ORDER BY file") == [
            (f"seeds/vintages/{VINTAGE}/gdp_deflator.csv", "raw.gdp_deflator"),
            (f"seeds/vintages/{VINTAGE}/settlement_plan.csv", "raw.settlement_plan"),
        ]


def test_a_changed_cell_of_a_vintages_file_is_refused_under_its_own_name(later: Project, tmp_path: Path) -> None:
    import polars as pl

    from nhs_assets.ground.problems import BadInputError
    from nhs_assets.sources.seed_files import find_seeds
    from nhs_assets.sources.seeds import read_table

    project = copy_project(tmp_path)
    folder = add_vintage(project.settings.seeds_dir)
    assert project.run("seal", *map(str, folder.glob("*.csv"))).returncode == 0
    file = folder / "settlement_plan.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("231500.3", "231500.4"), encoding="utf-8")
    accepted = pl.read_parquet(later.settings.data_dir / "working" / "raw" / "settlement_plan.parquet")
    with pytest.raises(BadInputError) as refused:
        read_table(contract("raw.settlement_plan"), find_seeds(project.settings.seeds_dir), accepted)
    assert {problem.file for problem in refused.value.problems} == {f"vintages/{VINTAGE}/settlement_plan.csv"}
    assert "column amount_gbp_m: was '231500.300000' when last accepted (found '231500.400000')" in str(refused.value)
    assert len(refused.value.problems) == 2
