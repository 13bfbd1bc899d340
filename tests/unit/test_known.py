"""From which day a row of ``raw`` is known: the rules that contracts declare, on a handful of rows."""

from datetime import date

import polars as pl
import pytest

from nhs_assets.build.as_of import Knowledge
from nhs_assets.contracts.registry import contract, contracts

pytestmark = pytest.mark.unit

RAW = [name for name, described in contracts().items() if described.schema == "raw"]
FIRST, SECOND, THIRD = date(2025, 3, 1), date(2025, 6, 1), date(2025, 9, 1)


def rows(table: str, *given: dict) -> pl.DataFrame:
    schema = contract(table).polars_schema()
    return pl.DataFrame([dict.fromkeys(schema) | row for row in given], schema=schema)


@pytest.fixture
def knowledge() -> Knowledge:
    """Three vintages, the last two with a deflator; one document for each day, and the project's own."""
    days = {"first": FIRST, "second": SECOND, "third": THIRD}
    raw = {table: rows(table) for table in RAW} | {
        "raw.vintage": rows(
            "raw.vintage", *({"vintage_id": name, "known_from": day, "source_id": name} for name, day in days.items())
        ),
        "raw.source": rows("raw.source", *({"source_id": name} for name in [*days, "project"])),
        "raw.gdp_deflator": rows(
            "raw.gdp_deflator", *({"vintage_id": name, "source_id": name} for name in ("second", "third"))
        ),
        "raw.published_headline": rows(
            "raw.published_headline",
            *(
                {
                    "headline_id": f"{source}_{deflator}",
                    "from_vintage_id": "first",
                    "to_vintage_id": "first",
                    "deflator_vintage_id": deflator,
                    "source_id": source,
                }
                for source, deflator in (("first", "second"), ("first", "third"), ("second", "second"))
            ),
        ),
        "raw.claim": rows(
            "raw.claim",
            *({"claim_id": f"C00{n}", "known_from": day, "note": "later"} for n, day in enumerate(days.values(), 1)),
        ),
        "raw.contradiction_judgement": rows(
            "raw.contradiction_judgement", {"claim_a": "C001", "claim_b": "C002", "source_id": "project"}
        ),
        "raw.recoup_profile": rows(
            "raw.recoup_profile", *({"profile_id": name, "source_id": name} for name in ("third", "project"))
        ),
        "raw.pay_point": rows("raw.pay_point", {"fy": "2026-27", "band": "2", "point": "top", "source_id": "third"}),
        "raw.staff_month": rows("raw.staff_month", *({"month": date(2025, month, 1)} for month in (1, 2))),
    }
    documents = pl.DataFrame(
        {
            "source_id": ["first", "second", "third", "project"],
            "kind": ["article", "article", "article", "background"],
            "known_from": [FIRST, SECOND, THIRD, date(2026, 11, 22)],
        }
    )
    return Knowledge(raw, documents)


@pytest.mark.parametrize("table", RAW)
def test_every_table_of_raw_declares_from_when_on_its_rows_are_known(table: str) -> None:
    known, names = contract(table).known, contract(table).column_names
    assert known.is_method or known.days
    assert {column for day in known.days for column in day.columns} <= set(names)
    assert {*known.hindsight, *known.of_today} <= set(names)
    assert all(column.nullable for column in contract(table).columns if column.name in known.hindsight)


def test_a_table_that_does_not_say_is_an_error() -> None:
    with pytest.raises(TypeError, match=r"settlement\.plan does not declare"):
        _ = contract("settlement.plan").known


def test_a_fact_is_known_from_its_day_and_the_last_of_several(knowledge: Knowledge) -> None:
    known = knowledge.by(SECOND)
    assert known.vintage_id == "second"
    assert known.raw["raw.claim"]["claim_id"].to_list() == ["C001", "C002"]
    assert known.raw["raw.published_headline"]["headline_id"].to_list() == ["first_second", "second_second"]
    assert known.raw["raw.contradiction_judgement"].height == 1
    assert knowledge.by(FIRST).raw["raw.contradiction_judgement"].is_empty()


def test_a_column_written_with_hindsight_is_empty(knowledge: Knowledge) -> None:
    assert knowledge.by(THIRD).raw["raw.claim"]["note"].null_count() == 3


def test_figures_of_a_month_are_known_once_the_publisher_brings_them_out(knowledge: Knowledge) -> None:
    assert knowledge.by(date(2025, 5, 31)).raw["raw.staff_month"].is_empty()
    assert knowledge.by(SECOND).raw["raw.staff_month"]["month"].to_list() == [date(2025, 1, 1)]


def test_the_first_deflator_is_borrowed_while_none_is_known(knowledge: Knowledge) -> None:
    known = knowledge.by(FIRST)
    assert (known.vintage_id, known.borrowed_from) == ("first", "second")
    assert known.raw["raw.gdp_deflator"]["vintage_id"].to_list() == ["second"]
    assert known.raw["raw.vintage"]["vintage_id"].to_list() == ["first"]
    assert known.raw["raw.published_headline"]["headline_id"].to_list() == ["first_second"]
    assert knowledge.by(FIRST, "third").raw["raw.gdp_deflator"]["vintage_id"].to_list() == ["third"]
    assert knowledge.by(SECOND, "third").borrowed_from is None


def test_method_is_todays_and_what_rests_on_a_later_document_is_listed(knowledge: Knowledge) -> None:
    known = knowledge.by(FIRST)
    assert known.raw["raw.pay_point"].height == 1
    assert known.raw["raw.recoup_profile"]["profile_id"].to_list() == ["project"]
    listed = known.later_method.select("raw_table", "row_key", "source_id", "known_from").rows()
    assert listed == [("raw.pay_point", "2026-27/2/top", "third", THIRD)]


def test_a_document_stays_while_a_row_rests_on_it(knowledge: Knowledge) -> None:
    documents = knowledge.by(FIRST).raw["raw.source"]["source_id"].to_list()
    assert documents == ["first", "second", "third", "project"]


def test_a_day_between_two_states_is_that_of_the_earlier(knowledge: Knowledge) -> None:
    earlier, between = knowledge.by(SECOND), knowledge.by(date(2025, 6, 15))
    assert earlier.last_day == between.last_day == date(2025, 6, 30)
    assert all(between.raw[table].equals(earlier.raw[table]) for table in RAW)
    assert knowledge.by(date(2026, 12, 1)).last_day is None
