import hashlib
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.build.checks import find_checks
from nhs_assets.contracts.registry import contract
from nhs_assets.model import as_stated, backtest, calibration, feasible, posterior, ranges, sensitivity
from nhs_assets.model.appraisal import perspective_weights
from nhs_assets.model.draws import LEAVERS, Distribution
from nhs_assets.model.quantiles import mean_difference, summary
from nhs_assets.model.valuation import Prices, run_rate_year, valuation
from nhs_assets.settings import PROJECT_ROOT
from tests.unit.model_inputs import CELLS, deflator, perspectives, successors, waves
from tests.unit.uncertainty_inputs import (
    TARGETS,
    cases,
    deterministic,
    drawn,
    estimated,
    fixed,
    leavers,
    made,
    scenarios,
)

pytestmark = pytest.mark.unit

SHIPPED = scenarios(
    smaller=(fixed("posts_removed_total", 1_000), fixed("fixed_programme_cost_gbp_m", 0)),
    slipped=(fixed("leaving_slip_months", 6),),
    back=(fixed("rehire_share", 0.2), fixed("clawback_share_of_award", 0.4)),
    dearer=(fixed("mean_reckonable_service_years_icb", 30),),
    financed_otherwise=(),
    uncertain=(Distribution("backfill_share", 0.05, 0.0, 0.1, is_share=True),),
)
BEST = estimated()
SUCCEEDED = successors(("QOC", "QOP", 0.25), ("QOC", "QNEW", 0.75))
"""A board that was split: a quarter went to the other board, the rest to a new one."""
"""Drawn once: making it again for every test would take most of their time."""


@pytest.fixture(scope="module")
def appraised() -> dict[str, pl.DataFrame]:
    """Every table of ranges by its name."""
    seeds = (perspectives(), deflator())
    evidence = (leavers(), TARGETS, cases(), deflator())
    return {
        "posterior_draw": BEST.posterior_draw,
        "uncertain_parameter": posterior.uncertain_parameter(BEST.leavers.parameter_value, BEST.posterior_draw),
        "posterior_run": calibration.posterior_run(*evidence),
        "calibration": calibration.calibration(*evidence),
        "evidence_effect": calibration.evidence_effect(*evidence),
        "backtest": backtest.backtest(*evidence),
        "as_stated": as_stated.as_stated(leavers(), claims(), deflator()),
        "cashflow_range": ranges.cashflow_range(BEST, *SHIPPED),
        "cashflow_year_range": ranges.cashflow_year_range(BEST),
        "organisation_range_before_succession": ranges.organisation_range_before_succession(BEST),
        "organisation_range": ranges.organisation_range(BEST, SUCCEEDED),
        "appraisal_range": ranges.appraisal_range(BEST, *SHIPPED, *seeds),
        "tornado": sensitivity.tornado(BEST, *seeds),
        "sensitivity": sensitivity.sensitivity(BEST, *seeds),
        "feasible_set": feasible.feasible_set(BEST, claims()),
    }


def claims() -> pl.DataFrame:
    """Rows of ``evidence.claim`` as far as the model reads them."""
    return pl.DataFrame(
        [
            ("C001", "programme_cost", "all_three", "named", None, 60.0, None),
            ("C002", "programme_cost", "all_three_and_csu", "official_answer", 80.0, None, 100.0),
            ("C003", "programme_cost", "icb", "named", 1.0, None, 1_000.0),
            ("C004", "annual_saving", "all_three", "official_answer", None, 60.0, None),
            ("C005", "annual_saving_at_half_icb", "icb", "official_answer", 40.0, None, 50.0),
            ("C006", "annual_saving_at_half_nhse", "nhse", "official_answer", None, 25.0, None),
            ("C007", "posts_removed", "all_three", "official_answer", None, 1_500.0, 1_500.0),
            ("C008", "headcount_cut_pct", "all_three", "official_answer", None, 50.0, 50.0),
            ("C009", "reprofiled_amount", "dhsc_group", "official_answer", None, 70.0, None),
        ],
        schema={
            "claim_id": pl.String,
            "measure_id": pl.String,
            "scope_id": pl.String,
            "attribution": pl.String,
            "value_low": pl.Float64,
            "value_central": pl.Float64,
            "value_high": pl.Float64,
        },
        orient="row",
    )


@pytest.mark.parametrize(
    "table",
    [
        "posterior_draw",
        "uncertain_parameter",
        "posterior_run",
        "calibration",
        "evidence_effect",
        "backtest",
        "as_stated",
        "cashflow_range",
        "cashflow_year_range",
        "organisation_range_before_succession",
        "organisation_range",
        "appraisal_range",
        "sensitivity",
        "tornado",
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
        ("cashflow_year_range", "_gbp_m"),
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

    again = ranges.cashflow_range(estimated(), *SHIPPED)
    assert digest(again) == digest(appraised["cashflow_range"])
    indices = sensitivity.sensitivity(estimated(), perspectives(), deflator())
    assert digest(indices) == digest(appraised["sensitivity"])


def test_a_board_has_the_quantiles_of_its_own_flow(appraised: dict[str, pl.DataFrame]) -> None:
    simulated = BEST.run.run(BEST.run.draws(BEST.drawn.values))
    found = summary(simulated.saving("QOC").amounts, BEST.drawn.effective)
    rows = appraised["organisation_range_before_succession"].filter(
        ods_code="QOC", quantity="saving", accounting_basis="accrual"
    )
    assert rows.sort("month")["p90_gbp_m"].to_numpy() == pytest.approx(found["p90"], abs=2e-6)


def test_w8_a_successor_has_the_quantiles_of_its_share_of_every_draw(appraised: dict[str, pl.DataFrame]) -> None:
    simulated = BEST.run.run(BEST.run.draws(BEST.drawn.values))
    both = {code: simulated.saving(code).amounts for code in ("QOC", "QOP")}
    by_hand = {"QOP": both["QOP"] + both["QOC"] / 4, "QNEW": both["QOC"] * 3 / 4}
    saving = appraised["organisation_range"].filter(quantity="saving", accounting_basis="accrual").sort("month")
    for code, amounts in by_hand.items():
        found = summary(amounts, BEST.drawn.effective)
        for level in ("p10", "p90"):
            assert saving.filter(ods_code=code)[f"{level}_gbp_m"].to_numpy() == pytest.approx(found[level], abs=5e-6)
    assert saving.filter(ods_code="QOC").is_empty()


def test_w4_run_0_of_every_organisation_is_its_cash_flow(appraised: dict[str, pl.DataFrame]) -> None:
    cost, saving = (
        table.group_by("ods_code", "month", *basis).agg(pl.col("amount_gbp_m").cast(pl.Float64).sum().alias(name))
        for table, name, basis in zip(
            deterministic(BEST.run), ("cost", "saving"), (["accounting_basis"], []), strict=True
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
        appraised["organisation_range_before_succession"],
        on=["ods_code", "accounting_basis", "month", "quantity"],
        how="full",
    )
    assert both.height == stated.height == len(appraised["organisation_range_before_succession"])
    assert (both["value"] - both["principal_gbp_m"]).abs().max() <= 1e-3


def test_central_differs_from_itself_by_noise_alone(appraised: dict[str, pl.DataFrame]) -> None:
    rows = appraised["appraisal_range"]
    same = rows.filter(pl.col("scenario_id").is_in(["best_estimate", "financed_otherwise"]))
    assert same["is_noise"].all()
    assert same["difference_from_best_estimate"].abs().max() == 0
    # A scenario that sets nothing uncertain is compared with the best estimate itself.
    later = rows.filter(scenario_id="slipped", measure="npv")
    assert later["difference_from_best_estimate"].max() < 0
    dearer = rows.filter(scenario_id="dearer", measure="cost")
    assert not dearer["is_noise"].any()
    assert dearer["difference_from_best_estimate"].min() > 0


def test_a_difference_is_that_of_the_levers_alone() -> None:
    name = "notice_weeks_icb"
    central, nine = made(), made(**{name: fixed(name, 9)})
    assert nine.settled(central) == {name}
    held = central.holding({name})
    cost = {
        label: scenario.run(scenario.draws(drawn())).cost("accrual").amounts.sum(axis=0)
        for label, scenario in (("central", central), ("held", held), ("nine", nine))
    }
    assert cost["held"][0] == cost["central"][0]
    # Three of twelve weeks worked make every draw cheaper; against notice that is drawn they need not.
    assert (cost["nine"] < cost["held"]).all()
    assert (cost["nine"] > cost["central"]).any()
    for scenario in (held, nine):
        np.testing.assert_array_equal(scenario.draws(drawn()).values["paid_take_up"][1:], drawn()["paid_take_up"])


def test_a_difference_over_draws_has_the_sign_of_that_in_run_0(appraised: dict[str, pl.DataFrame]) -> None:
    keys = ["measure", "perspective", "accounting_basis", "weighting"]
    rows = appraised["appraisal_range"].filter(pl.col("difference_from_best_estimate").is_not_null())
    both = rows.join(rows.filter(scenario_id="best_estimate"), on=keys, suffix="_of_central")
    apart = pl.col("principal") - pl.col("principal_of_central")
    assert both.filter(~pl.col("is_noise")).height > 0
    assert both.filter(~pl.col("is_noise") & (apart * pl.col("difference_from_best_estimate") < 0)).is_empty()


def test_the_saving_at_run_rate_is_of_one_year_and_unmoved_by_a_slip(appraised: dict[str, pl.DataFrame]) -> None:
    rows = appraised["appraisal_range"].filter(
        measure="saving_at_run_rate", accounting_basis="accrual", perspective="dhsc_budget", weighting="posterior"
    )
    found = {row["scenario_id"]: row for row in rows.iter_rows(named=True)}
    assert found["slipped"]["difference_from_best_estimate"] == pytest.approx(0, abs=1e-6)
    assert found["slipped"]["is_noise"]
    # A fifth of those paid to leave come back; what comes back of awards is no saving.
    of = BEST.parameters.value
    paid = of("paid_exit_share") * of("paid_take_up")
    unpaid = (1 - of("paid_exit_share")) * of("unpaid_take_up")

    def kept(rehired: float) -> float:
        return 1 - of("backfill_share") - paid / (paid + unpaid) * rehired * of("rehire_cost_share")

    ratio = found["back"]["principal"] / found["best_estimate"]["principal"]
    assert ratio == pytest.approx(kept(0.2) / kept(of("rehire_share")), rel=2e-3)


def test_a_horizon_that_ends_before_the_year_of_the_run_rate_is_refused() -> None:
    scenario = made(run_rate_years_on=fixed("run_rate_years_on", 10))
    with pytest.raises(ValueError, match="run_rate_years_on is 10, and the horizon has 10 years"):
        run_rate_year(scenario.parameters, scenario.plan)


def test_a_draw_without_cost_is_in_no_quantile_of_payback(appraised: dict[str, pl.DataFrame]) -> None:
    rows = appraised["appraisal_range"].filter(
        scenario_id="best_estimate", weighting="prior", accounting_basis="accrual", measure="payback"
    )
    found = {row["perspective"]: row for row in rows.iter_rows(named=True)}
    # Socially a programme costs what it is run for alone, which half of the draws put at zero.
    social = found["social"]
    assert social["share_without_cost"] == pytest.approx(0.5, abs=0.07)
    assert social["share_of_draws"] == pytest.approx(1 - social["share_without_cost"])
    assert 1 <= social["p10"] <= social["p90"]
    assert found["dhsc_budget"]["share_without_cost"] == 0
    money = appraised["appraisal_range"].filter(unit="£m")
    assert money["share_without_cost"].null_count() == len(money)


def test_payback_is_compared_in_the_calendar_alone(appraised: dict[str, pl.DataFrame]) -> None:
    rows = appraised["appraisal_range"].filter(scenario_id="dearer")
    is_compared = pl.col("difference_from_best_estimate").is_not_null().all()
    compared = dict(rows.group_by("measure").agg(is_compared).iter_rows())
    assert not compared.pop("payback")
    assert all(compared.values())
    assert rows.filter(measure="payback_in_calendar")["difference_from_best_estimate"].min() > 0
    units = rows.group_by("unit").agg(pl.col("measure").unique().sort())
    assert dict(units.iter_rows())["months"] == ["payback", "payback_in_calendar"]


def test_scenarios_that_differ_in_financing_alone_have_the_same_ranges(appraised: dict[str, pl.DataFrame]) -> None:
    months = appraised["cashflow_range"]
    names = ("best_estimate", "financed_otherwise")
    central, other = (months.filter(scenario_id=name).drop("scenario_id") for name in names)
    assert len(central) == 120 * 2 * 4
    assert central.equals(other)


def test_years_are_sums_of_their_months(appraised: dict[str, pl.DataFrame]) -> None:
    keys = ["accounting_basis", "fy", "quantity"]
    months = appraised["cashflow_range"].filter(scenario_id="best_estimate").sort("month")
    principal = pl.col("principal_gbp_m")
    summed = months.group_by(keys).agg(
        of_months=pl.when(pl.col("quantity").first() == "cumulative_net")
        .then(principal.last())
        .otherwise(principal.sum())
    )
    years = appraised["cashflow_year_range"].join(summed, on=keys)
    assert len(years) == len(summed) == 2 * 10 * 4
    assert years.filter((principal - pl.col("of_months")).abs() > 1e-4).is_empty()
    last = months.filter(pl.col("month") == pl.col("month").max(), quantity="cumulative_net").sort("accounting_basis")
    ends = years.filter(pl.col("fy") == pl.col("fy").max(), quantity="cumulative_net").sort("accounting_basis")
    assert ends["p10_gbp_m"].to_list() == pytest.approx(last["p10_gbp_m"].to_list(), abs=1e-4)


def test_other_scenarios_are_shown_from_the_budget_alone(appraised: dict[str, pl.DataFrame]) -> None:
    views = appraised["appraisal_range"].group_by("scenario_id").agg(pl.col("perspective").n_unique())
    others = {name: 1 for name in SHIPPED[0]["scenario_id"] if name != "best_estimate"}
    assert dict(views.iter_rows()) == {"best_estimate": 3, **others}


def test_one_paid_wave_has_indices_and_may_be_published() -> None:
    only = waves(("only", date(2026, 4, 1), date(2027, 3, 31), 1.0, 2))
    indices = sensitivity.sensitivity(estimated(leavers=leavers(exit_wave=only)), perspectives(), deflator())
    assert len(indices) > 0
    assert indices.select(pl.selectors.contains("_index").is_finite().all()).row(0) == (True,) * 4
    (check,) = (one for one in find_checks(PROJECT_ROOT / "sql") if one.rule == "sensitivity_indices_are_shares")
    assert not check.blocking


@given(st.integers(0, 1_000_000))
def test_quantiles_are_those_of_numpy(seed: int) -> None:
    runs = np.concatenate([[0.0], np.random.default_rng(seed).normal(size=5 + seed % 60).round(1)])
    found = summary(runs, len(runs) - 1)
    expected = np.quantile(runs[1:], [0.1, 0.5, 0.9])
    assert [found[name] for name in ("p10", "p50", "p90")] == pytest.approx(list(expected), abs=1e-6)
    assert found["standard_error"] >= 0
    assert found["principal"] == 0


def test_standard_error_of_the_median_is_what_theory_says() -> None:
    runs = np.concatenate([[0.0], np.random.default_rng(1).normal(size=10_000)])
    assert summary(runs, 10_000)["standard_error"] == pytest.approx(np.sqrt(np.pi / 2 / 10_000), rel=0.15)
    assert summary(runs, 2_500)["standard_error"] == pytest.approx(np.sqrt(np.pi / 2 / 2_500), rel=0.15)


def test_a_quantile_among_draws_without_a_value_has_none() -> None:
    runs = np.array([1.0, *range(80), *[np.inf] * 20])
    found = summary(runs, len(runs) - 1)
    assert found["p50"] == pytest.approx(49.5)
    assert np.isinf(found["p90"])


def test_common_draws_tell_a_difference_from_noise() -> None:
    central, cheaper = made(), made(notice_weeks_icb=fixed("any", 11.9))
    central = central.holding(cheaper.settled(central))
    first, second = (
        scenario.run(scenario.draws(drawn())).cost("accrual").amounts.sum(axis=0) for scenario in (cheaper, central)
    )
    assert not mean_difference(first, second, 400)["is_noise"]
    shuffled = np.concatenate([second[:1], np.random.default_rng(1).permutation(second[1:])])
    assert mean_difference(second, shuffled, 400)["is_noise"]
    error = mean_difference(second, shuffled, 400)["difference_standard_error"]
    assert mean_difference(second, shuffled, 100)["difference_standard_error"] == pytest.approx(2 * error)


def test_leavers_are_judged_as_one_and_shares_add_up_to_all(appraised: dict[str, pl.DataFrame]) -> None:
    indices = appraised["sensitivity"]
    assert set(indices["group_id"]) == {
        LEAVERS,
        "posts_removed_total",
        "paid_exit_share",
        "backfill_share",
        "fixed_programme_cost_gbp_m",
        "pay_award_pct",
        "deflator_extension_pct",
        "paid_take_up",
        "rehire_share",
        "clawback_share_of_award",
        "non_pay_saving_per_post_gbp",
    }
    worth_of = indices.filter(output="npv")
    assert worth_of["first_index"].sum() == pytest.approx(1, abs=0.2)
    assert worth_of.sort("total_index")["group_id"][-1] == "posts_removed_total"


def test_each_parameter_is_moved_alone_also_those_that_are_judged_as_one(appraised: dict[str, pl.DataFrame]) -> None:
    ends = {(row["output"], row["parameter_id"]): row for row in appraised["tornado"].iter_rows(named=True)}
    assert ends["payback", "deflator_extension_pct"]["swing"] == 0
    share = ends["payback", "paid_exit_share"]
    assert share["at_low"] < share["at_high"]
    assert {row["group_id"] for row in ends.values()} == set(appraised["sensitivity"]["group_id"])
    service = "mean_reckonable_service_years_icb"
    central = appraised["appraisal_range"].filter(
        scenario_id="best_estimate",
        weighting="posterior",
        perspective="dhsc_budget",
        accounting_basis="accrual",
        measure="npv",
    )["principal"]
    row = ends["npv", service]
    assert row["group_id"] == LEAVERS
    assert row["at_best_estimate"] == pytest.approx(central.item(), abs=1e-5)
    assert row["at_low"] > row["at_best_estimate"] > row["at_high"]
    # At one end everything else is the best estimate, so it is the scenario that sets this parameter alone.
    (_, scenario), *_ = BEST.runs(*scenarios())[:1]
    changed = scenario.parameters.overridden({service: row["high"]})
    again = posterior.scenario_run(BEST.leavers, changed)
    draws = again.draws(BEST.drawn.values)
    prices = Prices.of(again.parameters, draws, again.plan, deflator())
    weights = perspective_weights(perspectives())["dhsc_budget"]
    found = valuation(again.run(draws), prices, "accrual", run_rate_year(again.parameters, again.plan), weights)
    assert row["at_high"] == pytest.approx(found.money["npv"][0], abs=1e-5)
    pay = ends["npv", "saving_per_post_gbp_icb"]
    assert pay["at_low"] < pay["at_best_estimate"] < pay["at_high"]


def with_cells(cell: pl.DataFrame) -> posterior.Estimated:
    return posterior.Estimated(leavers(cell=cell), BEST.posterior_draw)


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
    rows = feasible.feasible_set(with_cells(alike), claims())
    mix_of_leavers = rows.filter(paid_exits=1_000, mean_service_years=10, mean_pay_gbp=40_000).row(0, named=True)
    award = 10 * 40_000 * 4.35 / 52
    notice = 40_000 * BEST.parameters.value("notice_weeks_icb") / 52 * 1.15
    assert mix_of_leavers["implied_cost_gbp_m"] == pytest.approx((award + 0.15 * (award - 30_000) + notice) / 1_000)


def test_leavers_of_a_mix_differ_as_staff_do(appraised: dict[str, pl.DataFrame]) -> None:
    alike = CELLS.filter(employer_terms="agenda_for_change").head(1).with_columns(contracted_share=pl.lit(1.0))
    mix = ["paid_exits", "mean_service_years", "mean_pay_gbp"]
    both = appraised["feasible_set"].join(feasible.feasible_set(with_cells(alike), claims()), on=mix)
    assert len(both) == len(appraised["feasible_set"])
    # Years and pay beyond what counts add nothing, so where the mean is near these ends a spread costs less.
    at_the_end = both.filter(mean_service_years=24)
    assert (at_the_end["implied_cost_gbp_m"] < at_the_end["implied_cost_gbp_m_right"]).all()
    cheaper = both.sort(*mix).group_by("mean_service_years", "mean_pay_gbp", maintain_order=True)
    assert cheaper.agg(pl.col("implied_cost_gbp_m").diff().min() > 0)["implied_cost_gbp_m"].all()


def test_staff_on_other_terms_or_in_a_staff_list_do_not_change_what_a_mix_means() -> None:
    marked = CELLS.with_columns(origin_kind=pl.lit("measured"))
    without = CELLS.filter(employer_terms="agenda_for_change")
    found = [feasible.feasible_set(with_cells(held), claims()) for held in (CELLS, marked, without)]
    assert found[0].equals(found[1])
    assert found[0].equals(found[2])
