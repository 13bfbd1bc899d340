"""An organisation's own staff list, from the file to the tables that analysts read."""

import pytest

from nhs_assets.outputs.query import ask
from tests.conftest import Project, copy_refreshed
from tests.staff_list_folder import KINDS, ROWS, add_staff_list

pytestmark = pytest.mark.golden


@pytest.fixture(scope="module")
def listed(refreshed_with_few_draws: Project, tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, str]:
    """A project published with a staff list, and what the refresh printed."""
    project = copy_refreshed(refreshed_with_few_draws, tmp_path_factory.mktemp("listed"))
    add_staff_list(project.settings.seeds_dir, "QYG")
    done = project.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    return project, done.stdout


def test_a_staff_list_replaces_the_cells_of_its_organisation(listed: tuple[Project, str]) -> None:
    project, printed = listed
    columns = "grade, service_band, staff_rounded, mean_full_time_pay_gbp, mean_service_years, contracted_share"
    counts = ask(
        project.settings.data_dir,
        f"SELECT {columns} FROM raw.staff_list WHERE ods_code = 'QYG' ORDER BY grade, service_band",
    ).rows()
    assert [(*row[:3], float(row[3]), *row[4:]) for row in counts] == [
        ("Not stated", "10 to 14", 10, 82_800.0, 13.0, 0.8),
        ("Not stated", "2 to 4", 20, 42_600.0, 3.5, 0.75),
        ("Not stated", "24 and over", 10, 71_300.0, 28.5, 1.0),
    ]
    cells = ask(
        project.settings.data_dir,
        "SELECT grade, service_band, posts, origin_kind, confidence FROM workforce.cell WHERE ods_code = 'QYG' "
        "ORDER BY grade, service_band",
    )
    assert cells.rows() == [(*row[:2], float(row[2]), "measured", "F(d)") for row in counts]
    counted = ask(
        project.settings.data_dir,
        "SELECT body, measured_share > 0 AS counted FROM savings.unit_cost WHERE fy = '2025-26' ORDER BY body",
    )
    assert counted.rows() == [("dhsc", False), ("icb", True), ("nhse", False)]
    data_dir = project.settings.data_dir
    drawn = ask(data_dir, "SELECT parameter_id, value FROM savings.posterior_draw WHERE draw = 0")
    of = dict(drawn.iter_rows())
    # Months of pay for every whole year, at most 24 years at £80,000; National Insurance above £30,000.
    month = 4.35 / 52
    awards = [13 * 80_000 * 0.8 * month, 3.5 * 42_600 * 0.75 * month, 24 * 71_300 * month]
    paid = (awards[0] + 2 * awards[1] + awards[2]) / 4
    charged = 0.15 * (awards[0] + awards[2] - 2 * 30_000) / 4
    pay = (82_800 * 0.8 + 2 * 42_600 * 0.75 + 71_300) / 4
    notice = pay * of["notice_weeks_icb"] / 52 * 1.15
    each = paid * (1 + of["other_exit_cost_share_icb"]) + charged + notice
    exposed = ask(
        data_dir,
        "SELECT exit_cost_gbp_m / posts_removed_rounded AS cost_of_post, ods_code = 'QYG' AS listed "
        "FROM savings.organisation_exposure WHERE exit_cost_kind = 'measured' OR ods_code = 'QOP' ORDER BY ods_code",
    )
    others, own = (float(cost) for cost, _ in exposed.rows())
    assert exposed["listed"].to_list() == [False, True]
    imputed = "SELECT exit_cost_gbp FROM savings.unit_cost WHERE body = 'icb' AND fy = '2025-26'"
    # Nearly all of the mean over boards is of boards without a list; posts are rounded for publication.
    assert own / others == pytest.approx(each / float(ask(data_dir, imputed).item()), rel=0.015)
    assert "workforce.staff_list_is_of_the_headcount" in printed


def test_p1_no_person_of_a_staff_list_can_be_told_from_what_is_published(listed: tuple[Project, str]) -> None:
    project, _ = listed
    told = [
        "SELECT staff_rounded FROM raw.staff_list",
        "SELECT CAST(posts AS BIGINT) FROM workforce.cell WHERE origin_kind = 'measured'",
        "SELECT sum(staff_rounded) FROM raw.staff_list",
        "SELECT rows FROM audit.seed_file WHERE raw_table = 'raw.staff_list'",
    ]
    counts = [count for query in told for (count,) in ask(project.settings.data_dir, query).rows()]
    assert len(counts) == 3 + 3 + 1 + 1
    assert all(count > 7 and count % 5 == 0 for count in counts)
    assert len(ROWS) not in counts


def test_a_list_of_few_people_is_refused(published: Project) -> None:
    add_staff_list(published.settings.seeds_dir, "QYG", KINDS)
    done = published.run("refresh")
    assert done.returncode != 0
    assert "staff_lists/QYG.csv" in done.stdout + done.stderr
    assert "has 7 people or fewer on the terms agenda_for_change" in " ".join((done.stdout + done.stderr).split())


def test_a_list_of_a_body_that_is_not_counted_is_refused(published: Project) -> None:
    add_staff_list(published.settings.seeds_dir, "ZZZ")
    done = published.run("refresh")
    assert done.returncode != 0
    printed = " ".join((done.stdout + done.stderr).split())
    assert "raw.staff_list_ods_code_is_known" in printed
    assert "Correct ods_code, or add the missing row to raw.organisation." in printed
