"""A staff list is counted so that no published count or mean gives away a person."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.contracts.vocabulary import PAY_BANDS, SERVICE_BANDS
from nhs_assets.model.staff_list import staff_counts
from nhs_assets.model.suppression import Disclosure
from tests.unit.model_inputs import pay_points, people, staff_lists, validated
from tests.unit.test_model_suppression import recovered

pytestmark = pytest.mark.unit

RULE = Disclosure(threshold=7, base=5)
BANDS, FIRST_YEARS = PAY_BANDS[4:8], tuple(SERVICE_BANDS.values())
PLACES = {name: place for place, name in enumerate(SERVICE_BANDS)}
LISTED = ("grade", "service_band", "staff_rounded", "mean_service_years", "contracted_share")
AFC = "agenda_for_change"


def listed(counts: np.ndarray) -> pl.DataFrame:
    """People of each pay band and band of service, all of one organisation."""
    of_cells = [
        people(("QOP", band, None, float(first), 1.0, AFC), copies=int(counts[row, column]))
        for row, band in enumerate(BANDS)
        for column, first in enumerate(FIRST_YEARS)
        if counts[row, column]
    ]
    return pl.concat(of_cells).with_columns(source_line=pl.int_range(2, 2 + pl.len()))


def counted(counts: np.ndarray) -> pl.DataFrame:
    return validated(staff_counts(listed(counts), pay_points(), RULE), "raw.staff_list")


tables = (
    st.lists(
        st.lists(
            st.one_of(st.integers(0, 12), st.integers(0, 60)), min_size=len(FIRST_YEARS), max_size=len(FIRST_YEARS)
        ),
        min_size=len(BANDS),
        max_size=len(BANDS),
    )
    .map(np.array)
    .filter(lambda counts: counts.sum() > RULE.threshold)
)


@settings(deadline=None, max_examples=60)
@given(tables)
def test_p1_no_count_is_small_or_exact_and_nobody_is_lost(counts: np.ndarray) -> None:
    found = counted(counts)
    assert (found["staff_rounded"] > RULE.threshold).all()
    assert (found["staff_rounded"] % RULE.base == 0).all()
    assert abs(found["staff_rounded"].sum() - counts.sum()) <= len(found) * RULE.base / 2
    service = (found["staff_rounded"] * found["mean_service_years"]).sum() / found["staff_rounded"].sum()
    assert service == pytest.approx((counts.sum(axis=0) @ FIRST_YEARS) / counts.sum(), abs=4)


@settings(deadline=None, max_examples=60)
@given(tables)
def test_p1_whoever_knows_every_true_total_cannot_subtract_to_a_count_of_few(counts: np.ndarray) -> None:
    shown = np.zeros(counts.shape, dtype=bool)
    for grade, service_band in counted(counts).select("grade", "service_band").iter_rows():
        if grade != "Not stated":
            shown[BANDS.index(grade.removeprefix("Band ")), PLACES[service_band]] = True
    assert not shown[counts <= RULE.threshold].any()
    hidden = ~shown & (counts > 0)
    if shown.any():
        small = counts <= RULE.threshold
        assert not [place for place in recovered(counts, hidden) if small[place]]


def test_few_people_are_put_together_across_grades_first() -> None:
    counts = np.zeros((len(BANDS), len(FIRST_YEARS)), dtype=int)
    counts[0] = [20, 30, 40, 50, 0, 0, 0]
    counts[1] = [30, 20, 4, 40, 0, 0, 0]
    assert counted(counts).select(LISTED).rows() == [
        ("Band 6", "10 to 14", 50, 10.0, 1.0),
        ("Band 6", "2 to 4", 30, 2.0, 1.0),
        ("Band 7", "10 to 14", 40, 10.0, 1.0),
        ("Band 7", "2 to 4", 20, 2.0, 1.0),
        ("Not stated", "5 to 9", 45, 5.0, 1.0),
        ("Not stated", "under 2", 50, 0.0, 1.0),
    ]


def test_and_then_with_the_next_band_of_service() -> None:
    lists = pl.concat(
        [
            people(("QOP", "6", None, 3.0, 0.5, AFC), copies=4),
            people(("QOP", "7", None, 6.0, 1.0, AFC), copies=4),
            people(("QOP", None, 61_000.0, 25.0, 1.0, AFC), copies=9),
        ]
    ).with_columns(source_line=pl.int_range(2, 2 + pl.len()))
    found = validated(staff_counts(lists, pay_points(), RULE), "raw.staff_list")
    assert found.select(LISTED).rows() == [
        ("Not stated", "2 to 4", 10, 4.5, 0.75),
        ("Not stated", "24 and over", 10, 25.0, 1.0),
    ]


def test_means_are_rounded_as_well() -> None:
    lists = pl.concat(
        [
            people(("QOP", "6", None, 3.0, 0.6, AFC), ("QOP", "6", None, 4.0, 1.0, AFC)),
            people(("QOP", "6", None, 2.0, 1.0, AFC), copies=9),
        ]
    ).with_columns(source_line=pl.int_range(2, 2 + pl.len()))
    row = staff_counts(lists, pay_points(), RULE).row(0, named=True)
    assert (row["staff_rounded"], row["mean_service_years"], row["contracted_share"]) == (30, 3.0, 0.86)
    assert row["mean_full_time_pay_gbp"] % 100 == 0


def test_people_on_different_terms_and_of_different_organisations_are_not_put_together() -> None:
    found = staff_lists(("QOP", "6", None, 3.0, 1.0, AFC), ("QOP", "6", None, 3.0, 1.0, "civil_service"))
    assert found.select("employer_terms", "staff_rounded").rows() == [(AFC, 10), ("civil_service", 10)]
    found = staff_lists(("QOP", "6", None, 3.0, 1.0, AFC), ("QOC", "6", None, 3.0, 1.0, AFC), copies=12)
    assert found.select("ods_code", "staff_rounded").rows() == [("QOC", 10), ("QOP", 10)]


def test_a_list_of_few_is_refused() -> None:
    with pytest.raises(ValueError, match="the staff list of QOP has 7 people or fewer on the terms agenda_for_change"):
        staff_lists(("QOP", "6", None, 3.0, 1.0, AFC), copies=7)
