"""Publishing again after a published figure was edited: refused until a correction says so, and both figures stay."""

import csv
import json
import shlex
import shutil
from pathlib import Path

import pytest

from nhs_assets.store.snapshot import current_version
from tests.conftest import Project
from tests.seed_edits import edit, write

pytestmark = pytest.mark.golden

KEY = "sr_2025_06/2028-29/dhsc_rdel"


GRADE = "evidence/source.csv", {"source_id": "article_002"}, {"evidence_grade": "A"}
ATTRIBUTION = "evidence/claim.csv", {"claim_id": "C030"}, {"attribution": "official_answer"}
OFFSETS = "evidence/claim.csv", {"claim_id": "C002"}, {"char_start": "53"}
HEADLINE = "funding/published_headline.csv", {"headline_id": "capital_limit_2024_25"}, {"published_value": "11480"}
PRESSURE = "funding/in_year_pressure.csv", {"pressure_id": "industrial_action"}, {"low_gbp_m": "400"}
REASON = "funding/plan_change_reason.csv", {"reason_id": "reprofile_860"}, {"source_id": "written_answer_97099"}


PLAN = {"vintage_id": "sr_2025_06", "fy": "2028-29", "line_id": "dhsc_rdel"}


def refused_with(published: Project, *said: str) -> None:
    """A refresh is refused with these words, and what is shown stays."""
    before = current_version(published.settings.data_dir)
    refused = published.run("refresh")
    assert refused.returncode == 1
    for words in said:
        assert words in refused.stderr
    assert current_version(published.settings.data_dir) == before


def asked(published: Project, *question: str) -> str:
    """The last line of the answer."""
    return published.run("query", "-f", "csv", *question).stdout.splitlines()[-1]


def test_whatever_was_published_changes_by_a_recorded_correction_alone(published: Project, tmp_path: Path) -> None:
    seeds = published.settings.seeds_dir
    as_published = shutil.copytree(seeds, tmp_path / "as_published")
    edited = (GRADE, ATTRIBUTION, OFFSETS, HEADLINE, PRESSURE, REASON)
    for seed, key, cells in edited:
        edit(published, seed, key, **cells)
    edit(published, "funding/settlement_plan.csv", PLAN, amount_gbp_m="231900")
    plans = seeds / "funding" / "settlement_plan.csv"
    with plans.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (like,) = [row for row in rows if "/".join([row["vintage_id"], row["fy"], row["line_id"]]) == KEY]
    write(published, plans, [*rows, like | {"fy": "2029-30", "amount_gbp_m": "239000"}])
    refused_with(
        published,
        *(
            f"{seed}, row {', '.join(key.values())}, column {column}: was published as"
            for seed, key, cells in edited
            for column in cells
        ),
        "funding/settlement_plan.csv, row sr_2025_06, 2028-29, dhsc_rdel, column amount_gbp_m",
        "was published as 232000.000000 (found '231900.000000')",
        "funding/settlement_plan.csv, row sr_2025_06, 2029-30, dhsc_rdel: is new to a vintage that was published",
        "raw.settlement_plan,sr_2025_06/2029-30/dhsc_rdel,*,DAY,,amount_gbp_m=239000.000000",
    )
    amount = (
        "SELECT CAST(amount_gbp_m AS INTEGER) FROM settlement.plan "
        "WHERE vintage_id = 'sr_2025_06' AND fy = '2028-29' AND line_id = 'dhsc_rdel'"
    )
    assert asked(published, "--as-of", "2025-11-13", amount) == "232000"

    shutil.rmtree(seeds)
    shutil.copytree(as_published, seeds)
    edit(published, "funding/settlement_plan.csv", PLAN, amount_gbp_m="231900")
    row = {
        "raw_table": "raw.settlement_plan",
        "row_key": KEY,
        "column_name": "amount_gbp_m",
        "corrected_on": "2026-11-22",
        "published_as": "232000.000000",
        "corrected_to": "231900.000000",
        "correction_reason": "Made up for a test.",
        "source_id": "hmt_spending_review_2025",
    }
    seal = published.run("seal", str(plans))
    assert (
        "amount_gbp_m was published as 232000.000000 and is now 231900.000000: a refresh will refuse it" in seal.stderr
    )
    *figure, value = shlex.split(seal.stderr.partition("  nhs-assets correct ")[2])[:4]
    assert (figure, value) == (["raw.settlement_plan", KEY, "amount_gbp_m"], "231900.000000")
    why = ("--reason", row["correction_reason"], "--day", row["corrected_on"], "--source")
    corrections = (seeds / "evidence" / "correction.csv").read_bytes()
    for wrong, said in (
        ((*figure, "231800", *why, row["source_id"]), "states 231900.000000 in amount_gbp_m"),
        ((*figure, value, *why, "hmt_spending_review"), "Did you mean hmt_spending_review_2025"),
        ((*figure[:2], "note", value, *why, row["source_id"]), "There are: amount_gbp_m, rounding_gbp_m"),
    ):
        refused = published.run("correct", *wrong)
        assert refused.returncode == 1
        assert said in refused.stderr
        assert (seeds / "evidence" / "correction.csv").read_bytes() == corrections
    assert published.run("correct", *figure, value, *why, row["source_id"]).returncode == 0
    assert "refuse" not in published.run("seal", str(plans)).stderr
    done = published.run("refresh")
    assert done.returncode == 0, done.stderr
    assert asked(published, "--as-of", "2025-11-13", amount) == "231900"
    (kept,) = json.loads(
        published.run("query", "-f", "json", f"SELECT * FROM raw.correction WHERE row_key = '{KEY}'").stdout
    )
    assert kept == row
    cause = f"SELECT cause FROM audit.revision WHERE figure_id = 'raw.settlement_plan/{KEY}/amount_gbp_m'"
    assert asked(published, cause) == "correction"

    edit(published, "funding/settlement_plan.csv", PLAN, amount_gbp_m="232000")
    refused_with(published, "was published as 231900.000000", "evidence/correction.csv, row raw.settlement_plan")


@pytest.mark.parametrize(
    ("seed", "key", "cells", "check"),
    [
        pytest.param(
            "evidence/vintage.csv",
            {"vintage_id": "obr_2026_03"},
            {"known_from": "2999-11-25"},
            "evidence.vintage_is_not_of_the_future",
            id="vintage",
        ),
    ],
)
def test_what_is_dated_after_today_is_refused(
    project: Project, seed: str, key: dict[str, str], cells: dict[str, str], check: str
) -> None:
    edit(project, seed, key, **cells)
    done = project.run("refresh")
    assert done.returncode == 1
    assert check in done.stderr
    assert current_version(project.settings.data_dir) is None
