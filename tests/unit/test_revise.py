"""Two small sets of tables held against each other, and moves split by drawing a figure from mixed inputs."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.build.compare import two_sides
from nhs_assets.build.conclusions import Conclusion, find_conclusions
from nhs_assets.build.rebuild import Rebuild
from nhs_assets.build.select import Select
from nhs_assets.build.wiring import product_recipes
from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import RebuildError
from nhs_assets.outputs.diff import by_cause
from nhs_assets.revision.attribute import CODE, DEFINITIONS, TOGETHER, Mixes, attribute
from nhs_assets.revision.inputs import Input
from nhs_assets.revision.review import _parts, format_figure
from nhs_assets.revision.revise import Revision, _revision, as_frame, named_together, revise
from nhs_assets.revision.table_state import TableState, shapes_of_contracts
from nhs_assets.settings import Settings
from nhs_assets.store.snapshot import Shape
from tests.unit.table_inputs import table

pytestmark = pytest.mark.unit

few = settings(max_examples=30, deadline=None)
"""Eight inputs make 256 sets."""

TABLE = "workforce.population_reconciliation"
MONTHLY = "savings.headcount_month"


def people(**counts: int) -> pl.DataFrame:
    rows = [
        {
            "population_id": name,
            "people": count,
            "boards": 42,
            "confidence": "F" if count < 5 else "E",
        }
        for name, count in counts.items()
    ]
    return pl.DataFrame(rows, schema=contract(TABLE).polars_schema())


def differing(tmp_path: Path, name: str, old: pl.DataFrame, new: pl.DataFrame, most_rows: int) -> list[dict]:
    paths = {}
    for side, frame in (("old", old), ("new", new)):
        paths[side] = {name: tmp_path / f"{side}.parquet"}
        frame.write_parquet(paths[side][name])
    with two_sides(Settings(), paths["old"], paths["new"]) as sides:
        return sides.revisions(contract(name), contract(name).column_names, most_rows).to_dicts()


def test_numbers_added_changed_and_withdrawn_and_texts_changed(tmp_path: Path) -> None:
    found = differing(tmp_path, TABLE, people(same=1, changed=2, gone=3), people(same=1, changed=5, fresh=4), 100)
    seen = {(row["key_1"], row["column_name"]): row for row in found}
    assert (seen["changed", "people"]["old_value"], seen["changed", "people"]["new_value"]) == (2.0, 5.0)
    assert seen["changed", "confidence"]["new_text"] == "E"
    assert {seen[name, "people"]["kind"] for name in ("gone", "fresh")} == {"withdrawn", "added"}
    assert seen["gone", "people"]["new_value"] is None
    assert not any(name == "same" for name, _ in seen)
    assert ("fresh", "confidence") not in seen


def test_a_long_table_is_compared_by_its_totals_of_the_year(tmp_path: Path) -> None:
    def posts(exits: float) -> pl.DataFrame:
        rows = [
            {
                "scenario_id": "best_estimate",
                "ods_code": code,
                "month": f"2026-0{month}-01",
                "fy": "2026-27",
                "opening_posts": 10.0 - (month - 4) * exits,
                "paid_exits": exits,
                "unpaid_leavers": 0.0,
                "transfers_out": 0.0,
                "transfers_in": 0.0,
                "joiners": 0.0,
                "closing_posts": 10.0 - (month - 3) * exits,
                "known_from": date(2026, 11, 22),
            }
            for code in ("QOP", "QOC")
            for month in (4, 5)
        ]
        frame = pl.DataFrame(rows).with_columns(pl.col("month").str.to_date())
        return frame.cast(dict(contract(MONTHLY).polars_schema()))

    found = differing(tmp_path, MONTHLY, posts(1.0), posts(2.0), 2)
    assert {(row["key_1"], row["key_2"], row["key_3"]) for row in found} == {("best_estimate", "*", "2026-27")}
    values = {row["column_name"]: (row["old_value"], row["new_value"]) for row in found}
    assert values == {"paid_exits": (4.0, 8.0), "closing_posts": (16.0, 12.0)}


def test_a_new_table_and_another_unit_are_changes_of_definition(tmp_path: Path) -> None:
    frame = people(all=7)
    path = tmp_path / "people.parquet"
    frame.write_parquet(path)
    shapes = shapes_of_contracts()[TABLE]
    before = {TABLE: shapes | {"people": Shape("BIGINT", "thousands"), "region": Shape("VARCHAR", "text")}}

    def state(found: dict) -> TableState:
        return TableState("a state", {TABLE: path}, found, {}, {}, {}, None)

    limits = Settings()
    rebuild = Rebuild(limits, product_recipes(limits.sql_dir), tmp_path)
    found = {one.figure_id: one for one in revise(limits, rebuild, state(before), state(shapes_of_contracts()), 100)}
    unit = found[f"{TABLE}/*/people"]
    assert (unit.kind, unit.cause, unit.old_text, unit.new_text) == (
        "changed",
        "definition_change",
        "BIGINT, thousands",
        "BIGINT, people",
    )
    assert found[f"{TABLE}/*/region"].kind == "withdrawn"
    assert found["settlement.plan/*/*/*/*"].kind == "added"
    assert {one.cause for one in found.values()} == {"definition_change"}


def test_places_in_a_text_and_counts_of_records_are_no_largest_change() -> None:
    def row(table: str, column: str, new: float, is_measured: bool) -> dict:
        figure = f"{table}/one/{column}"
        return Revision(figure, table, "changed", "correction", table, 100.0, new, is_measured=is_measured).row("1")

    rows = [
        row("settlement.deflator", "index_value", 101.0, True),
        row("raw.claim", "value_central", 110.0, True),
        row("raw.claim", "char_start", 900.0, False),
    ]
    counted = by_cause(as_frame(contract("audit.revision"), rows)).select("table_name", "changed", "largest_pct")
    assert counted.rows() == [("raw.claim", 2, 10.0), ("settlement.deflator", 1, 1.0)]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["raw.claim, raw.vintage", "raw.claim"], "raw.claim, raw.vintage"),
        (["a", "b, c", "c, d", "e, a"], "a, b, c, d and 1 more"),
        (["a, b and 2 more", "b"], "a, b and more"),
    ],
)
def test_a_cause_is_named_once(texts: list[str], told: str) -> None:
    assert named_together(texts) == told


def test_a_rank_has_a_change_and_none_in_per_cent(tmp_path: Path) -> None:
    sides = []
    for sequence in (2, 3):
        path = tmp_path / f"{sequence}.parquet"
        table("evidence.vintage", [{"vintage_id": "later", "sequence": sequence}]).write_parquet(path)
        shapes = {"evidence.vintage": shapes_of_contracts()["evidence.vintage"]}
        sides.append(TableState(str(sequence), {"evidence.vintage": path}, shapes, {}, {}, {}, None))
    rebuild = Rebuild(Settings(), product_recipes(Settings().sql_dir), tmp_path)
    found = {one.figure_id: one.row("2") for one in revise(Settings(), rebuild, *sides, 100)}
    row = found["evidence.vintage/later/sequence"]
    assert (row["change"], row["change_pct"]) == (1.0, None)


class Drawn:
    """A conclusion of one figure that is worked out from the set of changed inputs."""

    def __init__(self, inputs: list[Input], value: Callable[[frozenset[Input]], float | None]) -> None:
        self.changed, self.value = inputs, value

    def inputs(self, _: Conclusion) -> list[Input]:
        return self.changed

    def values(self, _: Conclusion, chosen: frozenset[Input]) -> dict:
        return {FIGURE: self.value(chosen)}


CONCLUSION = Conclusion("growth", Select(Path("growth.sql"), ""))
FIGURE = ("growth", "figure")
INPUTS = [Input("raw.settlement_plan", f"20{year}-{year + 1}") for year in range(25, 31)] + [
    Input("raw.claim", "one"),
    Input("raw.gdp_deflator"),
]


def parts_of(drawn: Drawn, old: float, new: float, most: int) -> dict[str, Decimal]:
    found = attribute(drawn, CONCLUSION, {FIGURE: old}, {FIGURE: new}, most)
    return {part.input: part.contribution for part in found}


@few
@given(st.lists(st.integers(-9, 9), min_size=len(INPUTS), max_size=len(INPUTS)), st.integers(1, 8), st.integers(-5, 5))
def test_parts_sum_to_the_move_however_many_inputs_there_are(effects: list[int], most: int, by_code: int) -> None:
    effect = dict(zip(INPUTS, effects, strict=True))

    def value(chosen: frozenset[Input]) -> float:
        # The third input counts twice where the first has changed too, so that parts are no plain sums.
        twice = effect[INPUTS[2]] if {INPUTS[0], INPUTS[2]} <= chosen else 0
        return 100 / 7 + sum(effect[one] for one in chosen) + twice

    drawn = Drawn(INPUTS, value)
    old, new = value(frozenset()) - by_code, value(frozenset(INPUTS))
    parts = parts_of(drawn, old, new, most)
    if round(Decimal(new), 6) == round(Decimal(old), 6):
        assert parts == {}  # what did not move has nothing to explain, also where its parts would cancel out
        return
    assert sum(parts.values()) == round(Decimal(new), 6) - round(Decimal(old), 6)
    if not parts:  # changes that cancel out leave nothing to explain
        assert round(Decimal(new), 6) == round(Decimal(old), 6)
        return
    assert abs(parts.get(CODE, Decimal(0)) - by_code) <= Decimal("0.000001")
    assert len(parts.keys() - {CODE}) <= most + 1


def test_inputs_that_the_code_cannot_read_as_they_were_count_with_the_code() -> None:
    year, claim, deflator = INPUTS[0], INPUTS[6], INPUTS[7]

    def value(chosen: frozenset[Input]) -> float:
        if claim not in chosen:
            raise RebuildError("the code needs a claim that was not there")
        return 10 * (year in chosen) + 3 * (deflator in chosen)

    parts = parts_of(Drawn([year, claim, deflator], value), -5, 13, most=8)
    assert parts == {year.name: Decimal(10), deflator.name: Decimal(3), DEFINITIONS: Decimal(5)}


def test_what_the_code_cannot_read_at_all_is_every_change_together() -> None:
    def value(chosen: frozenset[Input]) -> float:
        if chosen and chosen != frozenset(INPUTS):
            raise RebuildError("the inputs do not go together")
        if not chosen:
            raise RebuildError("nor do those of then with the code of today")
        return 1.0

    assert parts_of(Drawn(INPUTS, value), 0, 1, most=8) == {TOGETHER: Decimal(1)}


def test_a_later_version_that_cannot_be_made_again_moves_by_code_and_definitions(tmp_path: Path) -> None:
    (growth,) = [one for one in find_conclusions(Settings().sql_dir) if one.conclusion_id == "real_growth"]
    figure = (growth.conclusion_id, "figure")
    rebuild = Rebuild(Settings(), product_recipes(Settings().sql_dir), tmp_path)
    old, new = (TableState(name, {}, {}, {}, {}, {}, {figure: value}) for name, value in (("1", 1.0), ("2", 3.5)))
    (part,) = _parts(Mixes(rebuild, {}, {}, lambda: None), growth, old, new, {}, 8)
    assert (part.input, part.contribution) == (DEFINITIONS, Decimal("2.5"))


def test_beyond_the_most_the_largest_keep_their_name_and_the_rest_of_a_table_is_one_part() -> None:
    effect = dict.fromkeys(INPUTS, 0) | {INPUTS[0]: 50, INPUTS[1]: 20, INPUTS[2]: 1, INPUTS[3]: 1}
    parts = parts_of(Drawn(INPUTS, lambda chosen: 100.0 + sum(effect[one] for one in chosen)), 100.0, 172.0, 3)
    assert parts == {
        "raw.settlement_plan/2025-26": 50,
        "raw.settlement_plan/2026-27": 20,
        "raw.settlement_plan/other parts": 2,
    }


@pytest.mark.parametrize("most", [2, 8])
def test_a_mix_without_a_value_leaves_the_move_whole(most: int) -> None:
    every = frozenset(INPUTS)

    def value(chosen: frozenset[Input]) -> float | None:
        return {frozenset(): 1.0, every: 3.0}.get(chosen)

    assert parts_of(Drawn(INPUTS, value), 1.0, 3.0, most) == {TOGETHER: 2}


def test_inputs_that_do_not_go_together_leave_the_move_whole() -> None:
    def value(chosen: frozenset[Input]) -> float:
        raise RebuildError("no deflator")

    assert parts_of(Drawn(INPUTS[:2], value), 1.0, 3.0, 5) == {TOGETHER: 2}


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "£m", "no value"),
        (860.0, "£m", "860"),
        (1234.5, "£m", "1,234.5"),
        (2.1955228, "% a year", "2.195523"),
        (2028.0, "financial year start", "2028"),
    ],
)
def test_figures_are_shown_without_idle_noughts_and_years_without_commas(
    value: float | None, unit: str, text: str
) -> None:
    assert format_figure(value, unit) == text


@pytest.mark.parametrize(("unit", "is_relative"), [("£m", True), ("financial year start", False)])
def test_a_year_has_no_change_in_per_cent_whatever_table_it_stands_in(
    tmp_path: Path, unit: str, is_relative: bool
) -> None:
    def believed(value: float) -> pl.DataFrame:
        row = {
            "conclusion_id": "recoup_year",
            "figure": "recoup_year_latest",
            "label": "A label",
            "unit": unit,
            "concluded_value": value,
            "how_to_read": "A line.",
        }
        return table("audit.conclusion", [row])

    (row,) = differing(tmp_path, "audit.conclusion", believed(2026.0), believed(2028.0), 100)
    assert row["unit"] == unit
    revised = _revision(contract("audit.conclusion"), row, "correction", "raw.claim").row("version")
    assert revised["change"] == 2.0
    assert (revised["change_pct"] is not None) == is_relative
