"""Publishers' files dropped in the inbox, through a refresh, to the tables that people read."""

from datetime import date
from decimal import Decimal

import pytest

from nhs_assets.outputs.query import ask
from soak.publisher_files import Outlook, limits_pages, workbook_bytes
from tests.conftest import Project
from tests.inbox_files import (
    deflator_workbook,
    drop,
    grades_csv,
    practices_csv,
    sickness_csv,
    treasury_workbook,
    workforce_csv,
)

pytestmark = pytest.mark.golden


def rows(project: Project, select: str) -> list[dict]:
    return ask(project.settings.data_dir, select).to_dicts()


def drop_what_is_compared(project: Project) -> None:
    """A file of each format whose rows are compared with other tables; two overlap in a month."""
    seeds = project.settings.seeds_dir
    drop(project.settings, "1 groups.csv", workforce_csv(seeds, (2025, 2), (2025, 3)))
    drop(project.settings, "2 core.csv", workforce_csv(seeds, (2025, 3), (2025, 4), newer_layout=True))
    drop(project.settings, "grades.csv", grades_csv(seeds))
    drop(project.settings, "practices.csv", practices_csv(seeds), "financial_year: 2026-27\n")
    drop(project.settings, "treasury.xlsx", treasury_workbook(), "date_published: 2025-12-23\n")


def look_at_what_is_compared(project: Project) -> None:
    months = rows(
        project,
        "SELECT c.month, f.dropped_as, count(*) AS n, count(DISTINCT c.average_source_id) AS sources "
        "FROM workforce.staff_source_comparison AS c JOIN raw.inbox_file AS f ON f.source_id = c.month_end_source_id "
        "GROUP BY ALL ORDER BY 1",
    )
    assert [(row["month"], row["dropped_as"], row["n"], row["sources"]) for row in months] == [
        (date(2025, 2, 1), "1 groups.csv", 47, 1),
        (date(2025, 3, 1), "2 core.csv", 47, 1),
        (date(2025, 4, 1), "2 core.csv", 47, 1),
    ]
    (first,) = rows(
        project,
        "SELECT superseded_periods, rows, serving_rows, inbox_status FROM raw.inbox_file "
        "WHERE dropped_as = '1 groups.csv'",
    )
    assert first == {
        "superseded_periods": "2025-03-01",
        "rows": 846,
        "serving_rows": 423,
        "inbox_status": "accepted",
    }
    (grades,) = rows(
        project,
        "SELECT count(DISTINCT ods_code) AS bodies, min(s) AS least, max(s) AS most, bool_and(gap) AS has_gap FROM ("
        "SELECT ods_code, sum(counted_share) AS s, max(abs(difference_points)) > 0 AS gap "
        "FROM workforce.grade_mix_comparison GROUP BY ods_code)",
    )
    assert (grades["bodies"], grades["has_gap"]) == (43, True)
    assert (grades["least"], grades["most"]) == (pytest.approx(1), pytest.approx(1))
    (people,) = rows(
        project,
        "SELECT count(*) AS n, min(difference_pct) AS least, max(difference_pct) AS most, min(fy) AS fy "
        "FROM workforce.population_comparison",
    )
    assert (people["n"], people["fy"]) == (42, "2026-27")
    assert (people["least"], people["most"]) == (pytest.approx(1, abs=1e-3), pytest.approx(1, abs=1e-3))
    deflators = rows(
        project,
        "SELECT held_vintage_id, count(*) AS n FROM settlement.deflator_comparison GROUP BY ALL",
    )
    assert deflators == [{"held_vintage_id": "budget_2025_11", "n": 15}]
    dropped = "source_id LIKE 'hmt_gdp_deflators_%'"
    (kept_apart,) = rows(project, f"SELECT count(*) AS n FROM raw.gdp_deflator WHERE {dropped}")
    assert kept_apart["n"] == 0


def test_dropped_files_reach_the_tables_with_their_source_and_a_revision_takes_the_place_of_the_first(
    published: Project,
) -> None:
    inbox = published.settings.inbox
    inbox.mkdir(exist_ok=True)
    seeds = published.settings.seeds_dir
    (inbox / "absence.csv").write_bytes(sickness_csv(seeds, date(2025, 4, 1), 0.99))
    (inbox / "revised.csv").write_bytes(sickness_csv(seeds, date(2025, 4, 1), 0.98))
    (inbox / "letter.txt").write_bytes(b"Dear all\n")
    (inbox / "economy.xlsx").write_bytes(deflator_workbook(month="September 2026"))
    (inbox / "economy.xlsx.origin.yml").write_text("date_published: 2026-09-10\n", encoding="utf-8")
    outlook = Outlook("September 2026", is_blank=True, has_footnotes=True, is_adjusted=True)
    (inbox / "expenditure.xlsx").write_bytes(workbook_bytes(limits_pages(outlook)))
    (inbox / "expenditure.xlsx.origin.yml").write_text("date_published: 2026-09-10\n", encoding="utf-8")
    (inbox / "waits.xlsx").write_bytes(deflator_workbook(1.001, month="October 2026"))
    drop_what_is_compared(published)
    told = published.run("inbox")
    assert told.returncode == 0, told.stderr
    for words in ("absence.csv", "nhs_sickness_absence", "The first file of April 2025", "date_published: 2026-10-DD"):
        assert words in told.stdout
    for words in ("nhs_workforce_core", "nhs_workforce_grades", "The first file of 2026-27", "hmt_gdp_deflators"):
        assert words in told.stdout

    done = published.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.name for path in inbox.iterdir()) == ["waits.xlsx"]
    first = rows(
        published,
        "SELECT f.dropped_as, f.inbox_status, f.source_id, d.title, count(*) AS n "
        "FROM workforce.staff_month AS s JOIN raw.inbox_file AS f ON f.source_id = s.source_id "
        "JOIN evidence.source AS d ON d.source_id = s.source_id WHERE s.month = DATE '2025-04-01' GROUP BY ALL",
    )
    assert [(row["dropped_as"], row["inbox_status"], row["n"]) for row in first] == [("revised.csv", "accepted", 41)]
    assert first[0]["title"] == "NHS Sickness Absence Rates, April 2025"
    (baseline,) = rows(published, "SELECT DISTINCT as_of FROM workforce.baseline")
    assert baseline["as_of"] == date(2025, 4, 1)
    (deflator,) = rows(
        published,
        "SELECT DISTINCT vintage_id, known_from FROM settlement.deflator WHERE source_id LIKE 'obr_gdp%_2026_09%'",
    )
    assert deflator == {"vintage_id": "obr_2026_09", "known_from": date(2026, 9, 10)}
    (plan,) = rows(
        published,
        "SELECT amount_gbp_m, known_from FROM settlement.plan "
        "WHERE vintage_id = 'obr_2026_09' AND line_id = 'dhsc_rdel' AND fy = '2024-25'",
    )
    assert plan == {"amount_gbp_m": Decimal(193_219), "known_from": date(2026, 9, 10)}
    (refused,) = rows(published, "SELECT * FROM audit.quarantine")
    assert refused["file"].startswith("quarantine/inbox/")
    assert "is not in a known format" in refused["broken_rule"]
    assert (refused["row"], refused["column_name"]) == (1, "file")
    assert "audit.no_row_is_refused: 1 row breaks it" in done.stdout
    (taken,) = rows(published, "SELECT dropped_as FROM raw.inbox_file WHERE adjusted_cells LIKE '4.8!J%'")
    assert taken["dropped_as"] == "expenditure.xlsx"
    assert "raw.cells_are_confirmed_by_their_file: 1 row breaks it" in done.stdout
    listed = rows(published, "SELECT file FROM audit.seed_file WHERE file LIKE 'archive/%'")
    assert len(listed) == 9
    look_at_what_is_compared(published)
    assert rows(
        published,
        "SELECT f.dropped_as, f.inbox_status, count(s.ods_code) AS n FROM raw.inbox_file AS f "
        "LEFT JOIN workforce.staff_month AS s ON s.source_id = f.source_id "
        "WHERE f.format_id = 'nhs_sickness_absence' GROUP BY ALL ORDER BY 1",
    ) == [
        {"dropped_as": "absence.csv", "inbox_status": "superseded", "n": 0},
        {"dropped_as": "revised.csv", "inbox_status": "accepted", "n": 41},
    ]
