import hashlib

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_assets.contracts.registry import contract
from nhs_assets.model import calibration, feasible, ranges, sensitivity
from nhs_assets.model.appraisal import perspective_weights
from nhs_assets.model.calibration import quantities, target_weights
from nhs_assets.model.draws import Distribution
from nhs_assets.model.quantiles import effective_sample_size, mean_difference, summary, weighted_summary
from nhs_assets.model.simulation import DRAWN
from nhs_assets.model.valuation import Prices, run_rate_year, valuation
from tests.unit.model_inputs import CELLS, deflator, perspectives
from tests.unit.uncertainty_inputs import (
    ENDS,
    STREAMS,
    deterministic,
    fixed,
    leavers,
    made,
    parameter_value,
    scenarios,
    targets,
)

pytestmark = pytest.mark.unit

SHIPPED = scenarios(
    scaled=(
        fixed("paid_take_up", 0.7),
        fixed("unpaid_take_up", 0.7),
        fixed("fixed_programme_cost_gbp_m", 0),
    ),
    slipped=(fixed("leaving_slip_months", 6),),
    back=(fixed("rehire_share", 0.2), fixed("clawback_share_of_award", 0.4)),
    dearer=(fixed("mean_reckonable_service_years_agenda_for_change", 19),),
    financed_otherwise=(),
    uncertain=(Distribution("backfill_share", 0.05, 0.0, 0.1, is_share=True),),
)
TARGETS = targets(posts_all=(None, 1_400.0), cost_all=(60.0, 80.0))


@pytest.fixture(scope="module")
def appraised() -> dict[str, pl.DataFrame]:
    """Every table of ranges by its name."""
    seeds = (perspectives(), deflator())
    return {
        "uncertain_parameter": ranges.uncertain_parameter(parameter_value()),
        "cashflow_range": ranges.cashflow_range(leavers(), *SHIPPED),
        "organisation_range": ranges.organisation_range(leavers()),
        "appraisal_range": ranges.appraisal_range(leavers(), *SHIPPED, *seeds, TARGETS),
        "tornado": sensitivity.tornado(leavers(), *seeds),
        "sensitivity": sensitivity.sensitivity(leavers(), *seeds),
        "calibration": calibration.calibration(leavers(), TARGETS),
        "feasible_set": feasible.feasible_set(parameter_value(), CELLS, claims()),
    }


def claims() -> pl.DataFrame:
    """Rows of ``evidence.claim`` as far as the model reads them."""
    return pl.DataFrame(
        [
            ("C001", "programme_cost", "all_three", None, 60.0, None),
            ("C002", "programme_cost", "all_three_and_csu", 80.0, None, 100.0),
            ("C003", "programme_cost", "icb", 1.0, None, 1_000.0),
            ("C004", "annual_saving", "all_three", None, 60.0, None),
        ],
        schema={
            "claim_id": pl.String,
            "measure_id": pl.String,
            "scope_id": pl.String,
            "value_low": pl.Float64,
            "value_central": pl.Float64,
            "value_high": pl.Float64,
        },
        orient="row",
    )


@pytest.mark.parametrize(
    "table",
    [
        "uncertain_parameter",
        "cashflow_range",
        "organisation_range",
        "appraisal_range",
        "sensitivity",
        "tornado",
        "calibration",
        "feasible_set",
    ],
)
def test_table_keeps_its_contract(table: str, appraised: dict[str, pl.DataFrame]) -> None:
    described = contract(f"savings.{table}")
    frame = appraised[table].select(described.column_names)
    assert len(described.model.validate(frame)) == len(frame) > 0


@pytest.mark.parametrize(
    ("table", "unit"),
    [
        ("cashflow_range", "_gbp_m"),
        ("organisation_range", "_gbp_m"),
        ("appraisal_range", ""),
    ],
)
def test_quantiles_are_ordered(table: str, unit: str, appraised: dict[str, pl.DataFrame]) -> None:
    p10, p50, p90 = (pl.col(f"{level}{unit}") for level in ("p10", "p50", "p90"))
    assert appraised[table].filter((p10 > p50) | (p50 > p90)).is_empty()


def test_same_seed_gives_the_same_tables(appraised: dict[str, pl.DataFrame]) -> None:
    def digest(frame: pl.DataFrame) -> str:
        return hashlib.sha256(frame.write_csv().encode()).hexdigest()

    again = ranges.cashflow_range(leavers(), *SHIPPED)
    assert digest(again) == digest(appraised["cashflow_range"])
    indices = sensitivity.sensitivity(leavers(), perspectives(), deflator())
    assert digest(indices) == digest(appraised["sensitivity"])


def test_a_board_has_the_quantiles_of_its_own_flow(appraised: dict[str, pl.DataFrame]) -> None:
    central = made()
    simulated = central.run(central.draws(STREAMS))
    found = summary(simulated.saving("QOC").amounts)
    rows = appraised["organisation_range"].filter(ods_code="QOC", quantity="saving", accounting_basis="accrual")
    assert rows.sort("month")["p90_gbp_m"].to_numpy() == pytest.approx(found["p90"], abs=2e-6)


def test_w4_run_0_of_every_organisation_is_its_cash_flow(appraised: dict[str, pl.DataFrame]) -> None:
    cost, saving = (
        table.group_by("ods_code", "month", *basis).agg(pl.col("amount_gbp_m").cast(pl.Float64).sum().alias(name))
        for table, name, basis in zip(
            deterministic(made()), ("cost", "saving"), (["accounting_basis"], []), strict=True
        )
    )
    stated = (
        cost.join(saving, on=["ods_code", "month"], validate="m:1")
        .sort("month")
        .with_columns(net=pl.col("saving") - pl.col("cost"))
        .with_columns(cumulative_net=pl.col("net").cum_sum().over("ods_code", "accounting_basis"))
        .unpivot(index=["ods_code", "accounting_basis", "month"], variable_name="quantity")
    )
    both = stated.join(
        appraised["organisation_range"], on=["ods_code", "accounting_basis", "month", "quantity"], how="full"
    )
    assert both.height == stated.height == len(appraised["organisation_range"])
    assert (both["value"] - both["principal_gbp_m"]).abs().max() <= 1e-3


@st.composite
def known_ranges(draw: st.DrawFn) -> pl.DataFrame:
    """Rows of ``evidence.parameter_value``: some parameters known, and earlier values beside the latest."""
    known = draw(st.lists(st.sampled_from(sorted(ENDS)), max_size=8, unique=True))
    widening = draw(st.floats(0.5, 1))
    latest = parameter_value(sensitivity_samples=8).with_columns(
        pl.when(pl.col("parameter_id").is_in(known))
        .then(pl.col("value"))
        .otherwise(pl.col("value") + (pl.col(end) - pl.col("value")) * widening)
        .alias(end)
        for end in ("low", "high")
    )
    earlier = latest.filter(pl.col("parameter_id").is_in(DRAWN)).with_columns(
        pl.col("valid_from").dt.offset_by("-5y"), value=0.5, low=0.0, high=1.0
    )
    return pl.concat([latest, earlier]).sample(fraction=1, shuffle=True, seed=draw(st.integers(0, 99)))


@settings(max_examples=4, deadline=None)
@given(known_ranges())
def test_every_drawn_parameter_is_drawn_from_its_stated_range_moved_alone_and_judged(stated: pl.DataFrame) -> None:
    latest = {
        name: rows.sort("valid_from").row(-1, named=True)
        for (name,), rows in stated.filter(pl.col("parameter_id").is_in(DRAWN)).group_by("parameter_id")
    }
    drawn = {row["parameter_id"]: row for row in ranges.uncertain_parameter(stated).iter_rows(named=True)}
    assert set(drawn) == set(DRAWN)
    for name, row in drawn.items():
        assert all(row[end] == latest[name][end] for end in ("low", "value", "high"))
        assert (row["family"] == "exact") == (row["low"] == row["high"])
    uncertain = {name: row for name, row in drawn.items() if row["family"] != "exact"}
    rest = (leavers(parameter_value=stated), perspectives(), deflator())
    moved = sensitivity.tornado(*rest)
    judged = sensitivity.sensitivity(*rest)
    for output in sensitivity.OUTPUTS:
        rows = {row["parameter_id"]: row for row in moved.filter(output=output).iter_rows(named=True)}
        assert set(rows) == set(uncertain)
        for name, row in rows.items():
            assert (row["low"], row["high"]) == pytest.approx(
                (uncertain[name]["low"], uncertain[name]["high"]), abs=1e-6
            )
            assert row["group_id"] == uncertain[name]["group_id"]
            assert row["swing"] == pytest.approx(abs(row["at_high"] - row["at_low"]), abs=2e-6)
        groups = {row["group_id"] for row in uncertain.values()}
        assert set(judged.filter(output=output)["group_id"]) - {"pay_and_service"} == groups - {"pay_and_service"}


@st.composite
def any_targets(draw: st.DrawFn) -> pl.DataFrame:
    """Intervals for some quantities, open on one side or closed, near what the model gives or far from it."""
    central = {"posts_all": 1_532, "saving_all": 85, "saving_icb": 46, "saving_nhse": 35, "cost_all": 70}
    chosen = draw(st.lists(st.sampled_from(sorted(central)), min_size=1, unique=True))
    intervals = {}
    for name in chosen:
        low, high = sorted(central[name] * draw(st.floats(0.3, 2)) for _ in range(2))
        intervals[name] = draw(st.sampled_from([(low, high), (None, high), (low, None)]))
    return targets(**intervals)


@settings(max_examples=8, deadline=None)
@given(any_targets())
def test_calibration_tells_every_target_its_gap_and_how_many_draws_meet_it(stated: pl.DataFrame) -> None:
    table = calibration.calibration(leavers(), stated)
    found = {row["item_id"]: row for row in table.iter_rows(named=True)}
    drawn = ranges.uncertain_parameter(parameter_value()).filter(pl.col("family") != "exact")["parameter_id"]
    assert set(found) == {*drawn, *stated["target_id"]}
    central = made()
    draws = central.draws(STREAMS)
    modelled = quantities(central, draws, central.run(draws), leavers().baseline)
    met = []
    for target in stated.iter_rows(named=True):
        row = found[target["target_id"]]
        low = -np.inf if target["target_low"] is None else target["target_low"]
        high = np.inf if target["target_high"] is None else target["target_high"]
        runs = modelled[target["quantity"]]
        assert row["gap"] == pytest.approx(min(runs[0] - low, 0) + max(runs[0] - high, 0), abs=2e-6)
        assert row["is_within"] == (row["gap"] == 0)
        met.append((runs[1:] >= low - 5e-7) & (runs[1:] <= high + 5e-7))
        assert row["draws_within"] == met[-1].sum() <= row["draws"] == 400
        assert (row["posterior_share_within"] > 0) <= (row["draws_within"] > 0)
    assert set(table["draws_within_all"]) == {np.logical_and.reduce(met).sum()}


def test_every_draw_counts_until_it_is_said_to_be_calibrated(appraised: dict[str, pl.DataFrame]) -> None:
    cost = appraised["appraisal_range"].filter(perspective="dhsc_budget", accounting_basis="accrual", measure="cost")
    widths = {row["weighting"]: row["p90"] - row["p10"] for row in cost.iter_rows(named=True)}
    assert widths["calibrated"] < widths["prior"]


def test_central_differs_from_itself_by_noise_alone(appraised: dict[str, pl.DataFrame]) -> None:
    rows = appraised["appraisal_range"]
    same = rows.filter(pl.col("scenario_id").is_in(["central", "financed_otherwise"]))
    assert same["is_noise"].all()
    assert same["difference_from_central"].abs().max() == 0
    dearer = rows.filter(scenario_id="dearer", measure="cost")
    assert not dearer["is_noise"].any()
    assert dearer["difference_from_central"].min() > 0


def test_a_difference_is_that_of_the_levers_alone(appraised: dict[str, pl.DataFrame]) -> None:
    central, nine = made(), made(notice_weeks=fixed("notice_weeks", 9))
    assert nine.settled(central) == {"notice_weeks"}
    held = central.holding({"notice_weeks"})
    cost = {
        name: scenario.run(scenario.draws(STREAMS)).cost("accrual").amounts.sum(axis=0)
        for name, scenario in (("central", central), ("held", held), ("nine", nine))
    }
    assert cost["held"][0] == cost["central"][0]
    # Three of twelve weeks worked make every draw cheaper; against notice drawn below its value they need not.
    assert (cost["nine"] < cost["held"]).all()
    assert (cost["nine"] > cost["central"]).any()
    assert held.draws(STREAMS).values["paid_take_up"] is not None
    np.testing.assert_array_equal(
        held.draws(STREAMS).values["paid_take_up"], central.draws(STREAMS).values["paid_take_up"]
    )


def test_a_difference_over_draws_has_the_sign_of_that_in_run_0(appraised: dict[str, pl.DataFrame]) -> None:
    keys = ["measure", "perspective", "accounting_basis", "weighting"]
    rows = appraised["appraisal_range"].filter(pl.col("difference_from_central").is_not_null())
    both = rows.join(rows.filter(scenario_id="central"), on=keys, suffix="_of_central")
    apart = pl.col("principal") - pl.col("principal_of_central")
    assert both.filter(~pl.col("is_noise")).height > 0
    assert both.filter(~pl.col("is_noise") & (apart * pl.col("difference_from_central") < 0)).is_empty()


def test_a_programme_scaled_without_a_fixed_cost_pays_back_in_the_same_month_in_every_draw(
    appraised: dict[str, pl.DataFrame],
) -> None:
    rows = appraised["appraisal_range"].filter(scenario_id="scaled")
    months = rows.filter(measure="payback_in_calendar")
    assert months["difference_from_central"].to_list() == [0, 0]
    assert months["difference_standard_error"].to_list() == [0, 0]
    assert rows.filter(measure="cost")["difference_from_central"].max() < 0


def test_the_saving_at_run_rate_is_of_one_year_and_unmoved_by_a_slip(appraised: dict[str, pl.DataFrame]) -> None:
    rows = appraised["appraisal_range"].filter(
        measure="saving_at_run_rate", accounting_basis="accrual", perspective="dhsc_budget", weighting="prior"
    )
    found = {row["scenario_id"]: row for row in rows.iter_rows(named=True)}
    assert found["slipped"]["difference_from_central"] == pytest.approx(0, abs=1e-6)
    assert found["slipped"]["is_noise"]
    # A fifth of those paid to leave, at four fifths of the cost of a post; what comes back of awards is no saving.
    parameters = made().parameters
    leaks = 0.2 * parameters.value("rehire_cost_share") * parameters.value("paid_exit_share")
    without = found["central"]["principal"]
    assert found["back"]["principal"] == pytest.approx(without * (1 - leaks), rel=2e-3)


def test_a_horizon_that_ends_before_the_year_of_the_run_rate_is_refused() -> None:
    scenario = made(run_rate_years_on=fixed("run_rate_years_on", 10))
    with pytest.raises(ValueError, match="run_rate_years_on is 10, and the horizon has 10 years"):
        run_rate_year(scenario.parameters, scenario.plan)


def test_a_draw_without_cost_is_in_no_quantile_of_payback(appraised: dict[str, pl.DataFrame]) -> None:
    rows = appraised["appraisal_range"].filter(
        scenario_id="central", weighting="prior", accounting_basis="accrual", measure="payback"
    )
    found = {row["perspective"]: row for row in rows.iter_rows(named=True)}
    # Socially a programme costs what it is run for alone, which half of the draws put at nil.
    social = found["social"]
    assert social["share_without_cost"] == pytest.approx(0.5, abs=0.07)
    assert social["share_of_draws"] == pytest.approx(1 - social["share_without_cost"])
    assert social["principal"] is None
    assert 1 <= social["p10"] <= social["p90"]
    assert found["dhsc_budget"]["share_without_cost"] == 0
    money = appraised["appraisal_range"].filter(unit="£m")
    assert money["share_without_cost"].null_count() == len(money)


def test_payback_is_compared_in_the_calendar_alone(appraised: dict[str, pl.DataFrame]) -> None:
    rows = appraised["appraisal_range"].filter(scenario_id="dearer")
    compared = dict(rows.group_by("measure").agg(pl.col("difference_from_central").is_not_null().all()).iter_rows())
    assert not compared.pop("payback")
    assert all(compared.values())
    assert rows.filter(measure="payback_in_calendar")["difference_from_central"].min() > 0
    units = rows.group_by("unit").agg(pl.col("measure").unique().sort())
    assert dict(units.iter_rows())["months"] == ["payback", "payback_in_calendar"]


def test_scenarios_that_differ_in_financing_alone_have_the_same_ranges(appraised: dict[str, pl.DataFrame]) -> None:
    months = appraised["cashflow_range"]
    central, other = (months.filter(scenario_id=name).drop("scenario_id") for name in ("central", "financed_otherwise"))
    assert len(central) == 120 * 2 * 4
    assert central.equals(other)


def test_other_scenarios_are_shown_from_the_budget_alone(appraised: dict[str, pl.DataFrame]) -> None:
    views = appraised["appraisal_range"].group_by("scenario_id").agg(pl.col("perspective").n_unique())
    others = {name: 1 for name in SHIPPED[0]["scenario_id"] if name != "central"}
    assert dict(views.iter_rows()) == {"central": 3, **others}


@given(st.integers(0, 1_000_000))
def test_quantiles_are_those_of_numpy(seed: int) -> None:
    runs = np.concatenate([[0.0], np.random.default_rng(seed).normal(size=5 + seed % 60).round(1)])
    found = summary(runs)
    expected = np.quantile(runs[1:], [0.1, 0.5, 0.9])
    assert [found[name] for name in ("p10", "p50", "p90")] == pytest.approx(list(expected), abs=1e-6)
    assert found["standard_error"] >= 0
    assert found["principal"] == 0


def test_standard_error_of_the_median_is_what_theory_says() -> None:
    runs = np.concatenate([[0.0], np.random.default_rng(1).normal(size=10_000)])
    assert summary(runs)["standard_error"] == pytest.approx(np.sqrt(np.pi / 2 / 10_000), rel=0.15)


def test_a_quantile_among_draws_without_a_value_has_none() -> None:
    runs = np.array([1.0, *range(80), *[np.inf] * 20])
    found = summary(runs)
    assert found["p50"] == pytest.approx(49.5)
    assert np.isinf(found["p90"])


def test_equal_weights_give_the_ordinary_quantiles() -> None:
    draws = np.random.default_rng(2).normal(size=5_000)
    plain, weighted = summary(np.concatenate([[0], draws])), weighted_summary(draws, np.full(5_000, 2.0))
    assert [weighted[name] for name in ("p10", "p50", "p90")] == pytest.approx(
        [float(plain[name]) for name in ("p10", "p50", "p90")], abs=0.01
    )
    assert effective_sample_size(np.full(5_000, 2.0)) == pytest.approx(5_000)
    assert effective_sample_size(np.array([1.0, 0, 0])) == 1


def test_common_streams_tell_a_difference_from_noise() -> None:
    central, cheaper = made(), made(notice_weeks=fixed("notice_weeks", 11.9))
    first, second = (
        scenario.run(scenario.draws(STREAMS)).cost("accrual").amounts.sum(axis=0) for scenario in (cheaper, central)
    )
    assert not mean_difference(first, second)["is_noise"]
    shuffled = np.concatenate([second[:1], np.random.default_rng(1).permutation(second[1:])])
    assert mean_difference(second, shuffled)["is_noise"]


def test_draws_inside_every_target_count_fully_and_those_outside_less() -> None:
    central = made()
    draws = central.draws(STREAMS)
    modelled = quantities(central, draws, central.run(draws), leavers().baseline)
    weights = target_weights(modelled, TARGETS, central.parameters)
    inside = (modelled["posts_all"][1:] <= 1_400) & (modelled["cost_all"][1:] >= 60) & (modelled["cost_all"][1:] <= 80)
    assert inside.any()
    assert (weights[inside] == 1).all()
    assert (weights[~inside] < 1).all()


def test_quantities_of_run_0_are_those_of_the_central_tables() -> None:
    central = made()
    draws = central.draws(STREAMS)
    modelled = quantities(central, draws, central.run(draws), leavers().baseline)
    assert modelled["posts_all"][0] == pytest.approx(3_830 * 0.4)
    assert modelled["saving_icb"][0] == pytest.approx(800 * 58_000 / 1e6)
    assert modelled["saving_all"][0] == pytest.approx((800 * 58_000 + 732 * 53_333.33) / 1e6)
    assert modelled["running_cost_icb"][0] == pytest.approx(1_200 * 58_000 / 0.7 / 1e6)


def test_calibration_draws_the_model_to_its_targets_and_says_how_far(appraised: dict[str, pl.DataFrame]) -> None:
    rows = {row["item_id"]: row for row in appraised["calibration"].iter_rows(named=True)}
    posts = rows["posts_all"]
    assert posts["posterior_p90"] < posts["prior_p90"]
    assert 1 < posts["effective_sample_size"] < posts["draws"] == 400
    assert rows["posts_removed_total"]["principal"] == 1_532


def test_calibration_counts_the_draws_that_meet_each_target_and_all_of_them() -> None:
    apart = targets(posts_all=(None, 1_400.0), cost_all=(60.0, 80.0), saving_all=(1e6, None))
    rows = calibration.calibration(leavers(), apart)
    found = {row["item_id"]: row for row in rows.iter_rows(named=True)}
    assert set(rows["draws_within_all"]) == {0}
    posts = found["posts_all"]
    assert 0 < posts["draws_within"] < posts["draws"]
    assert (posts["gap"], posts["is_within"]) == (pytest.approx(1_532 - 1_400), False)
    assert found["saving_all"]["gap"] == pytest.approx(found["saving_all"]["principal"] - 1e6)
    assert (found["saving_all"]["draws_within"], found["saving_all"]["posterior_share_within"]) == (0, 0)
    assert (found["notice_weeks"]["gap"], found["notice_weeks"]["draws_within"]) == (None, None)
    met = calibration.calibration(leavers(), targets(posts_all=(0.1, 1e6)))
    assert set(met["draws_within_all"]) == {400}


def test_a_target_that_all_draws_meet_changes_nothing() -> None:
    central = made()
    draws = central.draws(STREAMS)
    modelled = quantities(central, draws, central.run(draws), leavers().baseline)
    assert (target_weights(modelled, targets(posts_all=(0.1, 1e6)), central.parameters) == 1).all()


def test_pay_and_service_are_judged_as_one_and_shares_add_up_to_all(appraised: dict[str, pl.DataFrame]) -> None:
    indices = appraised["sensitivity"]
    assert set(indices["group_id"]) == {
        "pay_and_service",
        "posts_removed_total",
        "paid_exit_share",
        "backfill_share",
        "fixed_programme_cost_gbp_m",
        "notice_weeks",
        "pay_award_pct",
        "deflator_extension_pct",
        "paid_take_up",
        "rehire_share",
        "clawback_share_of_award",
        "non_pay_saving_per_post_gbp",
    }
    worth_of = indices.filter(output="npv")
    assert worth_of["first_index"].sum() == pytest.approx(1, abs=0.15)
    assert worth_of.sort("total_index")["group_id"][-1] == "posts_removed_total"


def test_each_parameter_is_moved_alone_also_those_that_are_judged_as_one(appraised: dict[str, pl.DataFrame]) -> None:
    ends = {(row["output"], row["parameter_id"]): row for row in appraised["tornado"].iter_rows(named=True)}
    assert ends["payback", "deflator_extension_pct"]["swing"] == 0
    share = ends["payback", "paid_exit_share"]
    assert share["at_low"] < share["at_high"]
    assert {row["group_id"] for row in ends.values()} == set(appraised["sensitivity"]["group_id"])
    service = "mean_reckonable_service_years_agenda_for_change"
    central = appraised["appraisal_range"].filter(
        scenario_id="central", weighting="prior", perspective="dhsc_budget", accounting_basis="accrual", measure="npv"
    )["principal"]
    row = ends["npv", service]
    assert row["group_id"] == "pay_and_service"
    assert row["at_central"] == pytest.approx(central.item(), abs=1e-5)
    assert row["at_low"] > row["at_central"] > row["at_high"]
    # At one end everything else is central, so it is the scenario that sets this parameter alone.
    scenario = made(**{service: fixed(service, row["high"])})
    simulated = scenario.run(scenario.draws(STREAMS))
    prices = Prices.of(scenario.parameters, scenario.draws(STREAMS), scenario.plan, deflator())
    weights = perspective_weights(perspectives())["dhsc_budget"]
    npv = valuation(simulated, prices, "accrual", run_rate_year(scenario.parameters, scenario.plan), weights).money[
        "npv"
    ][0]
    assert row["at_high"] == pytest.approx(npv, abs=1e-5)
    pay = ends["npv", "saving_per_post_gbp_icb"]
    assert pay["at_low"] < pay["at_central"] < pay["at_high"]


def test_a_mix_fits_the_claims_whose_cost_it_has(appraised: dict[str, pl.DataFrame]) -> None:
    rows = appraised["feasible_set"]
    assert rows["paid_exits"].min() == 1_000
    fits = rows.filter(pl.col("implied_cost_gbp_m").is_between(54, 66) & (pl.col("implied_cost_gbp_m") < 80))
    assert set(fits["consistent_claim_ids"]) == {"C001"}
    dear = rows.filter(pl.col("implied_cost_gbp_m") > 100)
    assert len(dear) > 0
    assert not dear["is_consistent"].any()


def test_where_everybody_is_alike_a_mix_costs_what_one_person_does() -> None:
    alike = CELLS.filter(employer_terms="agenda_for_change").head(1).with_columns(contracted_share=pl.lit(1.0))
    rows = feasible.feasible_set(parameter_value(), alike, claims())
    mix_of_leavers = rows.filter(paid_exits=1_000, mean_service_years=10, mean_pay_gbp=40_000).row(0, named=True)
    award = 10 * 40_000 * 4.35 / 52
    notice = 40_000 * 12 / 52 * 1.15
    assert mix_of_leavers["implied_cost_gbp_m"] == pytest.approx((award + 0.15 * (award - 30_000) + notice) / 1_000)


def test_leavers_of_a_mix_differ_as_staff_do(appraised: dict[str, pl.DataFrame]) -> None:
    alike = CELLS.filter(employer_terms="agenda_for_change").head(1).with_columns(contracted_share=pl.lit(1.0))
    mix = ["paid_exits", "mean_service_years", "mean_pay_gbp"]
    both = appraised["feasible_set"].join(feasible.feasible_set(parameter_value(), alike, claims()), on=mix)
    assert len(both) == len(appraised["feasible_set"])
    # Years and pay beyond what counts add nothing, so where the mean is near these ends a spread costs less.
    at_the_end = both.filter(mean_service_years=24)
    assert (at_the_end["implied_cost_gbp_m"] < at_the_end["implied_cost_gbp_m_right"]).all()
    cheaper = both.sort(*mix).group_by("mean_service_years", "mean_pay_gbp", maintain_order=True)
    assert cheaper.agg(pl.col("implied_cost_gbp_m").diff().min() > 0)["implied_cost_gbp_m"].all()


def test_staff_on_other_terms_or_in_a_staff_list_do_not_change_what_a_mix_means() -> None:
    marked = CELLS.with_columns(origin_kind=pl.lit("measured"))
    without = CELLS.filter(employer_terms="agenda_for_change")
    found = [feasible.feasible_set(parameter_value(), held, claims()) for held in (CELLS, marked, without)]
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])
