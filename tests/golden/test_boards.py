"""Boards of now have what the boards of then had, worked out here from the shares and the boards of then alone."""

import re

import duckdb
import polars as pl
import pytest

from nhs_assets.contracts.registry import contract
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.store.snapshot import database_path
from tests.conftest import Project

pytestmark = pytest.mark.golden

PARTS = {
    "S1Y5D": {"QHG": 1, "QUE": 1, "QM7": 0.798477},
    "D7T5G": {"QH8": 1, "QM7": 0.201523, "QJG": 0.351181},
    "T6Y0W": {"QMM": 1, "QJG": 0.648819},
    "S0E4D": {"QU9": 1, "QNQ": 0.57401359},
    "S9B9J": {"QXU": 1, "QNX": 1, "QNQ": 0.19692145},
    "QRL": {"QRL": 1, "QNQ": 0.22906496},
    "Z9B2Z": {"QMJ": 1, "QRV": 1},
}
DISSOLVED = {code for parts in PARTS.values() for code in parts} - {"QRL"}


def read(project: Project, table: str, where: str = "TRUE") -> pl.DataFrame:
    with duckdb.connect(str(database_path(project.settings.data_dir)), read_only=True) as connection:
        rows = connection.table(table).filter(where).fetchall()
    found = pl.DataFrame(rows, schema=contract(table).polars_schema(), orient="row")
    return found.with_columns(pl.col(pl.Decimal).cast(pl.Float64))


def both(project: Project, table: str, where: str = "TRUE") -> tuple[pl.DataFrame, pl.DataFrame]:
    """The table of the boards of now, and that of the boards of then."""
    now, before = (read(project, f"{table}{ending}", where) for ending in ("", "_before_succession"))
    assert now.columns == before.columns
    assert not DISSOLVED & set(now["ods_code"])
    assert set(before["ods_code"]) >= DISSOLVED
    boards = {code for code in now["ods_code"] if code[0] != "X"}
    assert len(boards) == len({code for code in before["ods_code"] if code[0] != "X"}) - 6
    return now, before


@pytest.mark.parametrize(
    ("table", "keys", "columns", "tolerance"),
    [
        pytest.param("workforce.staff_month", ["month"], ["fte"], 1e-6, id="staff"),
        pytest.param("workforce.baseline", [], ["headcount", "posts_removed_target"], 1e-6, id="baseline"),
        pytest.param("savings.headcount_month", ["month"], ["opening_posts", "paid_exits"], 1e-6, id="posts"),
        pytest.param(
            "savings.exit_cost_month",
            ["accounting_basis", "month", "component"],
            ["amount_gbp_m"],
            3e-6,
            id="cost",
        ),
        pytest.param("savings.saving_month", ["month", "component"], ["amount_gbp_m"], 3e-6, id="saving"),
        pytest.param(
            "savings.cashflow_month",
            ["accounting_basis", "month"],
            ["cost_gbp_m", "saving_gbp_m"],
            5e-5,
            id="cash flow",
        ),
    ],
)
def test_w8_each_successor_has_its_share_of_every_figure_and_the_rest_is_unchanged(
    refreshed: Project, table: str, keys: list[str], columns: list[str], tolerance: float
) -> None:
    now, before = both(refreshed, table)
    shares = [(code, board, share) for board, parts in PARTS.items() for code, share in parts.items()]
    shares += [(code, code, 1.0) for code in set(before["ods_code"]) - DISSOLVED - {"QRL"}]
    by_hand = (
        before.join(pl.DataFrame(shares, schema=["ods_code", "board", "share"], orient="row"), on="ods_code")
        .group_by(pl.col("board").alias("ods_code"), *keys)
        .agg((pl.col(columns) * pl.col("share")).sum())
    )
    compared = now.join(by_hand, on=["ods_code", *keys], suffix="_by_hand")
    assert len(compared) == len(now) == len(by_hand)
    for column in columns:
        off = (compared[column] - compared[f"{column}_by_hand"]).abs()
        assert off.max() <= tolerance, column
        assert now[column].sum() == pytest.approx(before[column].sum(), rel=1e-12)


def test_exposure_of_thames_valley_is_that_of_its_predecessors_by_share(refreshed: Project) -> None:
    now, before = both(refreshed, "savings.organisation_exposure")
    (found,) = now.filter(ods_code="S0E4D").to_dicts()
    parts = {row["ods_code"]: row for row in before.iter_rows(named=True)}

    def by_share(name: str) -> float:
        return sum(parts[code][name] * share for code, share in PARTS["S0E4D"].items())

    assert found["name"] == "NHS Thames Valley ICB"
    assert found["registered_population"] == 2_013_976 + 488_207
    for name in ("exit_cost_gbp_m", "running_cost_allowance_gbp_m", "target_running_cost_gbp_m"):
        assert found[name] == pytest.approx(by_share(name), abs=2e-6)
    over = by_share("exit_cost_gbp_m") / by_share("running_cost_allowance_gbp_m") * 100
    assert found["exit_cost_over_running_cost_pct"] == pytest.approx(over, abs=1e-3)
    gap = by_share("bottom_up_running_cost_gbp_m") - by_share("target_running_cost_gbp_m")
    assert found["envelope_gap_gbp_m"] == pytest.approx(gap, abs=3e-6)
    # The allowance of Frimley was not found, and its staff and the cost of an exit are shared out.
    assert [found[f"{name}_kind"] for name in ("figures", "headcount", "exit_cost", "running_cost")] == ["imputed"] * 4
    north_london = now.filter(ods_code="Z9B2Z").row(0, named=True)
    assert (north_london["running_cost_allowance_gbp_m"], north_london["running_cost_kind"]) == (59.619, "stated")


def test_ranges_of_a_merged_board_are_of_its_draws(refreshed: Project) -> None:
    where = "accounting_basis = 'accrual' AND quantity = 'saving' AND month = DATE '2029-03-01'"
    now, before = both(refreshed, "savings.organisation_range", where)
    parts = {row["ods_code"]: row for row in before.iter_rows(named=True)}
    for board, shares in PARTS.items():
        (found,) = now.filter(ods_code=board).to_dicts()
        # Boards differ by their share of all staff alone, so here quantiles add up too.
        for name in ("p10_gbp_m", "p50_gbp_m", "p90_gbp_m", "principal_gbp_m"):
            assert found[name] == pytest.approx(
                sum(parts[code][name] * part for code, part in shares.items()), abs=1e-4
            )


CERTAIN = re.compile(r"\b(place|rank)\b[^.|]*\b(is|are) (sure|certain|beyond doubt)\b", re.IGNORECASE)


def test_no_place_on_imputed_figures_is_called_sure(refreshed: Project) -> None:
    found = read(refreshed, "savings.organisation_exposure", "exposure_rank IS NOT NULL")
    assert found.columns[found.columns.index("name") + 1] == "figures_kind"
    # A board whose place no draw moves, all of whose figures are imputed.
    assert found.filter(exposure_rank_p10=1, exposure_rank_p90=1).select("ods_code", "figures_kind").rows() == [
        ("QOC", "imputed")
    ]
    assert CERTAIN.search("The first place is sure.")
    docs = PROJECT_ROOT / "docs"
    for path in [*docs.glob("*.md"), *docs.glob("questions/*.sql")]:
        assert not CERTAIN.search(" ".join(path.read_text(encoding="utf-8").split())), path.name
    cautions = read(refreshed, "evidence.caution", "caution_id = 'exposure_rank_is_no_certainty'")
    assert "illustration" in cautions["statement"].item()
