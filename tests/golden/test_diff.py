"""What two vintages or days conclude differently, and why."""

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from decimal import Decimal
from functools import cache

import polars as pl
import pytest

from nhs_assets.outputs.diff import Diff, as_lines, diff
from nhs_assets.outputs.query import ask
from tests.conftest import Project

pytestmark = pytest.mark.golden


@pytest.fixture(scope="module")
def refreshed(refreshed_with_few_draws: Project) -> Project:
    """Each day that is compared is drawn anew, so with few draws."""
    return refreshed_with_few_draws


def test_diff_of_one_version_alone_says_there_is_none_before(refreshed: Project) -> None:
    done = refreshed.run("diff")
    assert done.returncode == 1
    assert "no version before" in done.stderr


@pytest.fixture(scope="module")
def compared(refreshed: Project, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], Diff]]:
    """What two vintages or days conclude differently; each pair is worked out once, and each table made once."""
    made = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("nhs_assets.outputs.diff.scratch_folder", lambda: nullcontext(made))
        yield cache(lambda old, new: diff(refreshed.settings, old, new))


Compared = Callable[[str, str], Diff]


def test_the_command_tells_what_was_compared(refreshed: Project, compared: Compared) -> None:
    days = ("2025-11-13", "2025-11-28")
    told = json.loads(refreshed.run("diff", "-f", "json", *days).stdout)
    found = compared(*days)
    moved = [(row["figure"], row["input"]) for row in told["conclusions"]]
    assert moved == found.moves.select("figure", "input").rows()
    assert [row["figure_id"] for row in told["revisions"]] == found.revisions["figure_id"].to_list()


def test_a_move_of_a_figure_over_draws_says_what_other_draws_may_make(refreshed: Project, compared: Compared) -> None:
    errors = dict(ask(refreshed.settings.data_dir, "SELECT figure, standard_error FROM audit.conclusion").iter_rows())
    found = compared("obr_2026_03", "hmt_2026_06")
    told = {row["figure"]: row["standard_error"] for row in found.moves.iter_rows(named=True)}
    assert told["npv_long_horizon"] == pytest.approx(errors["npv_long_horizon"] * 2**0.5)
    of_no_draws = compared("2025-11-13", "2025-12-02").moves.filter(pl.col("figure").str.starts_with("recoup"))
    assert set(of_no_draws["standard_error"]) == {None}
    (line,) = (line for line in as_lines(found) if f"{2 * told['npv_long_horizon']:,.6f}" in line)
    assert "may be other draws" in line


def test_a_conclusion_has_the_causes_of_its_attribution(compared: Compared) -> None:
    rows = compared("2025-11-13", "2025-11-28").revisions.filter(table_name="audit.conclusion")
    told = {
        figure.split("/")[2]: (cause, caused_by)
        for figure, cause, caused_by in rows.select("figure_id", "cause", "caused_by").iter_rows()
    }
    assert told["recoup_year_earliest"] == told["recoup_year_latest"] == ("data_revision", "raw.claim/recoupment_year")
    assert told["real_growth_2025_26_to_2028_29"][0] == "policy_change"


def test_diff_of_vintages_splits_growth_into_base_year_end_year_and_deflator(compared: Compared) -> None:
    shown = "\n".join(as_lines(compared("sr_2025_06", "obr_2026_03")))
    assert "2.733228 -> 2.486006 % a year" in shown
    assert "no deflator was known by then: that of obr_2026_03 is borrowed" in shown
    for line in ("-0.124327  raw.settlement_plan/2025-26 (base year)", "+0.000000  raw.gdp_deflator (deflator)"):
        assert line in shown
    later = compared("budget_2025_11", "2026-03-03").moves
    growth = later.filter(figure="real_growth_2025_26_to_2028_29")
    assert set(growth["input"]) == {"raw.settlement_plan/2025-26", "raw.settlement_plan/2028-29", "raw.gdp_deflator"}
    assert growth["contribution"].sum() == growth["move"].item(0)


def test_the_recoup_year_of_the_press_gives_way_to_the_official_one(compared: Compared) -> None:
    answered = ends(compared("2025-11-13", "2025-12-02"))
    assert answered["recoup_2026_27"] == (1000.0, 0.0)
    assert answered["recoup_2028_29"] == (0.0, 860.0)
    # The Budget moved the plans, but the amount was first named in an answer of 2 December.
    after_budget = ends(compared("2025-11-13", "2025-11-28"))
    assert not any(figure.startswith("recoup_20") for figure in after_budget)
    assert after_budget["recoup_year_latest"] == (2026.0, 2028.0)


def ends(found: Diff) -> dict[str, tuple[float | None, float | None]]:
    return {figure: (old, new) for figure, old, new in found.moves.select("figure", "old_value", "new_value").rows()}


def test_what_is_taken_back_has_no_value_before_anyone_spoke_of_it_and_years_no_per_cent(compared: Compared) -> None:
    values = ends(compared("sr_2025_06", "2025-11-13"))
    assert values["recoup_2026_27"] == (None, 1000.0)
    assert values["recoup_year_latest"] == (None, 2026.0)
    shown = "\n".join(as_lines(compared("2025-11-13", "2025-11-28")))
    assert "recoup_year_latest  2026 -> 2028 financial year start" in shown
    assert "largest change +0.10%" not in shown


def test_backwards_a_move_has_the_same_parts_and_every_figure_the_same_cause(compared: Compared) -> None:
    there, back = compared("sr_2025_06", "obr_2026_03"), compared("obr_2026_03", "sr_2025_06")

    def parts(found: Diff, sign: int) -> dict[tuple[str, str], Decimal]:
        rows = found.moves.select("figure", "input", "contribution").rows()
        return {(figure, source): sign * (part or Decimal(0)) for figure, source, part in rows}

    assert parts(there, 1) == parts(back, -1)
    causes = ["figure_id", "cause", "caused_by"]
    assert there.revisions.select(causes).sort(causes).equals(back.revisions.select(causes).sort(causes))
    assert set(there.revisions.filter(kind="added")["figure_id"]) == set(
        back.revisions.filter(kind="withdrawn")["figure_id"]
    )


def test_the_cause_of_a_conclusion_is_what_explains_its_move(compared: Compared) -> None:
    found = compared("sr_2025_06", "obr_2026_03")
    growth = ("real_growth", "real_growth_2025_26_to_2028_29")
    moved = found.moves.filter(pl.col("contribution") != 0, conclusion_id=growth[0], figure=growth[1])
    conclusions = found.revisions.filter(table_name="audit.conclusion")
    caused_by = dict(conclusions.select("figure_id", "caused_by").iter_rows())
    named = caused_by[f"audit.conclusion/{'/'.join(growth)}/concluded_value"]
    assert set(named.split(", ")) == set(moved["input"])
    assert "deflator" not in named


def test_a_row_of_a_new_vintage_is_caused_by_what_its_vintage_stands_in(compared: Compared) -> None:
    added = compared("sr_2025_06", "obr_2026_03").revisions.filter(kind="added")
    assert set(added.filter(table_name="settlement.plan")["cause"]) == {"policy_change"}
    # Of the vintages in between, that of the press holds no deflator, so the earlier side borrowed nothing from it.
    of_press = added.filter(pl.col("figure_id").str.contains("^evidence.resolution/.*/press_2025_11/"))
    assert set(of_press["caused_by"]) == {"raw.vintage"}
