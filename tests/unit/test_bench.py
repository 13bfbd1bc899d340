"""The benchmarks go on loading as the code that they measure changes."""

import pytest

from bench.__main__ import COMPARISONS, main

pytestmark = pytest.mark.unit


def test_every_comparison_is_offered_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    printed = capsys.readouterr().out
    assert {"refresh", "publication", "simulation"} <= set(COMPARISONS)
    assert all(name in printed for name in COMPARISONS)
