"""Spoilt files are refused, or give the figures of the whole file: never another error, never another figure."""

from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from soak.mutations import Case, Outcome, digit_changed
from soak.publisher_files import LAYOUTS, VARIANTS, Layout, beside
from soak.publishers import main

pytestmark = pytest.mark.unit

SPOILT = 100


@cache
def case(name: str) -> Case:
    return Case.of(next(layout for layout in (*LAYOUTS, *VARIANTS) if layout.name == name), beside())


@pytest.mark.parametrize("layout", [*LAYOUTS, *VARIANTS], ids=lambda layout: layout.name)
@settings(max_examples=SPOILT, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(random=st.randoms(use_true_random=False))
def test_spoilt_files_give_no_other_figure(layout: Layout, random: Random) -> None:
    mutant = case(layout.name).mutant(random)
    outcome, words = case(layout.name).judge(mutant)
    assert outcome is not Outcome.WRONG, f"{', '.join(mutant.done)}: {words}"


def test_the_judgement_sees_a_wrong_figure() -> None:
    """A plausible digit in the place of another cannot always be told; the judge, who knows the whole file, can."""
    of_practices = case("nhs_allocation_practices")
    contents = [digit_changed(of_practices, Random(number)) for number in range(20)]
    mutant = of_practices.mutant(Random(0))
    seen = [of_practices.judge(type(mutant)(content, ("digit",), False))[0] for content in contents]
    assert Outcome.WRONG in seen


def test_spoilt_files_come_to_every_outcome() -> None:
    seen = {case("nhs_sickness_absence").judge(case("nhs_sickness_absence").mutant(Random(n)))[0] for n in range(60)}
    assert {Outcome.REFUSED, Outcome.SAME, Outcome.SET_ASIDE} <= seen


def test_the_long_run_counts_every_layout(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(3) == 0
    said = capsys.readouterr().out
    assert all(f"{layout.name}: 3 spoilt files" in said for layout in (*LAYOUTS, *VARIANTS))
    assert said.endswith("0 crashes or wrong figures\n")
