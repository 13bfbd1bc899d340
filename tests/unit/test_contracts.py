"""Every table is described, completely and the same way everywhere."""

from collections import defaultdict

import polars as pl
import pytest

from nhs_assets.contracts.registry import Contract, contract, contracts, duckdb_type

pytestmark = pytest.mark.unit

ALL = list(contracts().values())


@pytest.mark.parametrize("described", ALL, ids=lambda c: c.name)
def test_table_has_description_and_key(described: Contract) -> None:
    assert described.description.endswith(".")
    assert described.primary_key


@pytest.mark.parametrize("described", ALL, ids=lambda c: c.name)
def test_every_column_has_unit_and_description(described: Contract) -> None:
    bare = [column.name for column in described.columns if not column.unit or not column.description]
    assert not bare


def test_a_name_means_one_unit_and_type_everywhere() -> None:
    meanings = defaultdict(set)
    for described in ALL:
        for column in described.columns:
            meanings[column.name].add((column.duckdb_type, column.unit))
    assert {name: found for name, found in meanings.items() if len(found) > 1} == {}


def test_suffixes_say_the_unit() -> None:
    units = {"_gbp_m": "£m", "_gbp": "£", "_pct": "%", "_fte": "FTE", "_heads": "heads", "_posts": "posts"}
    wrong = [
        f"{described.name}.{column.name} is in {column.unit}"
        for described in ALL
        for column in described.columns
        for suffix, unit in units.items()
        if column.name.endswith(suffix) and column.unit != unit
    ]
    assert not wrong


def test_every_product_table_with_money_states_its_price_basis() -> None:
    without = [
        described.name
        for described in ALL
        if described.schema in ("settlement", "savings", "overspend")
        and any(column.unit == "£m" for column in described.columns)
        and not {"price_basis", "test", "base_fy"} & set(described.column_names)
    ]
    assert not without


def test_only_rows_that_say_when_they_were_said_have_a_day_of_knowledge() -> None:
    dated = {described.name for described in ALL if "known_from" in described.column_names}
    assert {name for name in dated if not name.startswith("raw.")} == {
        "evidence.source",
        "evidence.vintage",
        "evidence.claim",
        "evidence.contradiction",
        "evidence.resolution",
        "settlement.plan",
        "settlement.plan_change",
        "settlement.outturn_against_plan",
        "settlement.deflator",
    }


def test_unknown_table_names_those_there_are() -> None:
    with pytest.raises(KeyError, match=r"settlement\.plan"):
        contract("settlement.nonsense")


def test_dtypes_without_an_agreed_type_are_refused() -> None:
    with pytest.raises(TypeError):
        duckdb_type(pl.Duration())
