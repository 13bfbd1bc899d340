"""An organisation's own staff list, from the file to the tables that analysts read."""

import pytest

from nhs_assets.outputs.query import ask
from tests.conftest import Project
from tests.staff_list_folder import add_staff_list

pytestmark = pytest.mark.golden


def test_a_staff_list_replaces_the_cells_of_its_organisation(project: Project) -> None:
    add_staff_list(project.settings.seeds_dir, "QYG")
    done = project.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    cells = ask(
        project.settings.data_dir,
        "SELECT grade, service_band, posts, mean_full_time_pay_gbp, origin_kind, confidence FROM workforce.cell "
        "WHERE ods_code = 'QYG' ORDER BY grade, service_band",
    )
    assert [(*row[:3], float(row[3]), *row[4:]) for row in cells.rows()] == [
        ("Band 6", "2 to 4", 2.0, 42_631.0, "measured", "F(d)"),
        ("Band 8c", "10 to 14", 1.0, 82_823.5, "measured", "F(d)"),
        ("Not stated", "24 and over", 1.0, 61_000.0, "measured", "F(d)"),
    ]
    counted = ask(
        project.settings.data_dir,
        "SELECT body, measured_share > 0 AS counted FROM savings.unit_cost WHERE fy = '2025-26' ORDER BY body",
    )
    assert counted.rows() == [("dhsc", False), ("icb", True), ("nhse", False)]


def test_a_list_of_a_body_that_is_not_counted_is_refused(project: Project) -> None:
    add_staff_list(project.settings.seeds_dir, "ZZZ")
    done = project.run("refresh")
    assert done.returncode != 0
    assert "staff_list_has_its_cells" in done.stdout + done.stderr
