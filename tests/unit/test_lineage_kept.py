"""Lineage is worked out once for each version of what it follows from."""

from pathlib import Path

import pytest

from nhs_assets.build.select import Derivation
from nhs_assets.build.sql import kept_lineage

pytestmark = pytest.mark.unit


def test_is_worked_out_again_only_for_another_version(tmp_path: Path) -> None:
    asked = []

    def working_out(column: str):
        def work_out() -> dict[str, Derivation]:
            asked.append(column)
            return {column: Derivation((("settlement.plan", "amount_gbp_m"),), "plan.amount_gbp_m")}

        return work_out

    first = kept_lineage(tmp_path, "settlement.plan_change", "one", working_out("old"))
    assert kept_lineage(tmp_path, "settlement.plan_change", "one", working_out("old")) == first
    assert asked == ["old"]
    assert set(kept_lineage(tmp_path, "settlement.plan_change", "two", working_out("new"))) == {"new"}
    assert asked == ["old", "new"]
