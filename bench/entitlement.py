"""Entitlement of 1.5 million made-up staff, against the same formula as one DuckDB query written by hand."""

import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from bench.results import Comparison, Figure
from bench.timing import ContestantError, Times
from nhs_assets.contracts.vocabulary import EMPLOYER_TERMS
from nhs_assets.ground.quoting import literal
from nhs_assets.model.entitlement import ExitTerms, entitlement
from nhs_assets.model.money import fraction
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.sources.parameters import read_parameters

STAFF = 1_500_000
REPEAT = 9
BELOW = 1.5
SEED = 20_251_113

# Whole pence in BIGINT. A month of pay is a year's times month_times over month_over, as whole numbers.
QUERY = """
CREATE OR REPLACE TEMP TABLE due AS
WITH counted AS (
    SELECT
        s.*,
        r.*,
        CAST(round(s.annual_pay_gbp * 100) AS BIGINT) AS pay,
        CAST(floor(s.service_years) AS BIGINT) AS years,
        CAST(round(s.contracted_share * 1000000) AS BIGINT) AS share
    FROM staff AS s
    INNER JOIN rule AS r ON r.terms = s.employer_terms
),

paid AS (
    SELECT
        c.*,
        (2 * least(greatest(c.pay, c.pay_floor), c.pay_cap) * c.month_times + c.month_over) // (2 * c.month_over)
            AS month_of_pay,
        CASE WHEN c.service_years >= c.minimum_years THEN least(
            (2 * least(c.years, c.maximum_years) * least(greatest(c.pay, c.pay_floor), c.pay_cap) * c.share
                * c.month_times + c.month_over * 1000000) // (2 * c.month_over * 1000000),
            c.maximum_payment
        ) ELSE 0 END AS payment,
        CASE WHEN c.service_years >= 2 THEN
            (2 * 3 * least(c.years, 20) * least(c.pay * c.share, c.week_cap * 52 * 1000000) + 2 * 52 * 1000000)
            // (2 * 2 * 52 * 1000000)
        ELSE 0 END AS statutory,
        (2 * c.pay * c.share * c.notice_times + c.notice_over * 1000000) // (2 * c.notice_over * 1000000) AS notice
    FROM counted AS c
),

awarded AS (
    SELECT p.*, greatest(p.payment, p.statutory) AS severance FROM paid AS p
),

charged AS (
    SELECT
        a.*,
        (2 * a.notice * a.nic_times + a.nic_over) // (2 * a.nic_over) AS notice_nic,
        (2 * greatest(a.severance - a.threshold, 0) * a.charge_times + a.charge_over) // (2 * a.charge_over) AS class_1a
    FROM awarded AS a
)

SELECT
    c.annual_pay_gbp,
    c.service_years,
    c.contracted_share,
    c.employer_terms,
    CAST(c.month_of_pay * 0.01 AS DECIMAL(18, 2)) AS month_of_pay_gbp,
    CAST(c.statutory * 0.01 AS DECIMAL(18, 2)) AS statutory_gbp,
    CAST(c.severance * 0.01 AS DECIMAL(18, 2)) AS severance_gbp,
    CAST(0 AS DECIMAL(18, 2)) AS strain_above_entitlement_gbp,
    CAST(c.notice * 0.01 AS DECIMAL(18, 2)) AS pay_in_lieu_of_notice_gbp,
    CAST(c.notice_nic * 0.01 AS DECIMAL(18, 2)) AS notice_nic_gbp,
    CAST(c.class_1a * 0.01 AS DECIMAL(18, 2)) AS class_1a_nic_gbp,
    CAST((c.severance + c.notice + c.notice_nic + c.class_1a) * 0.01 AS DECIMAL(18, 2)) AS exit_cost_gbp
FROM charged AS c
"""


def compare(repeat: int = REPEAT) -> Comparison:
    """Times both in this process, in turn, from rows in memory to rows in memory, and holds every penny equal.

    Raises:
        ContestantError: if the two differ in any amount of anybody.
    """
    parameters = ParameterSet(read_parameters(PROJECT_ROOT / "seeds"))
    staff = made_up_staff()
    with tempfile.TemporaryDirectory(prefix="nhs_assets_bench_") as name, duckdb.connect(":memory:") as connection:
        file = Path(name) / "staff.parquet"
        staff.write_parquet(file)
        connection.execute(f"SET threads = {pl.thread_pool_size()}")
        connection.execute(f"CREATE TABLE staff AS SELECT * FROM read_parquet({literal(file)})")
        connection.execute(_rules(parameters))
        times = _in_turn(
            {
                "model": lambda: entitlement(staff, parameters),
                "query": lambda: connection.execute(QUERY),
            },
            repeat,
        )
        connection.execute(f"COPY due TO {literal(file)} (FORMAT parquet)")
        _refuse_a_difference(entitlement(staff, parameters), pl.read_parquet(file))
    ratio = times["model"].median / times["query"].median
    return Comparison(
        name="entitlement",
        title=f"exit pay of {STAFF:,} staff on both terms, in memory, {repeat} runs each; equal to the penny",
        lines=(f"model  {times['model']}", f"query  {times['query']}"),
        figures=(Figure("ratio of medians", ratio, "", BELOW),),
        record={"staff": STAFF, "repeat": repeat, "ratio": ratio} | {k: t.as_record() for k, t in times.items()},
    )


def made_up_staff(count: int = STAFF) -> pl.DataFrame:
    """Staff of no organisation: pay, service, contracted share and terms drawn at random, the same every time."""
    draw = np.random.default_rng(SEED)
    return pl.DataFrame(
        {
            "annual_pay_gbp": np.round(draw.uniform(20_000, 130_000, count), 2),
            "service_years": np.round(draw.gamma(3, 5, count), 3),
            "contracted_share": np.round(draw.uniform(0.4, 1, count), 3),
            "employer_terms": np.where(draw.random(count) < 0.95, *EMPLOYER_TERMS),
        }
    )


def _rules(parameters: ParameterSet) -> str:
    """The rules of each terms as rows of whole numbers: pence, years, and fractions as two numbers."""
    value = parameters.value
    rows = []
    for name in EMPLOYER_TERMS:
        terms = ExitTerms.from_parameters(parameters, name)
        month, notice = terms.month_of_year, fraction(value("notice_weeks")) / 52
        nic = fraction(value("employer_ni_rate_pct")) / 100
        charge = fraction(value("class_1a_rate_pct")) / 100
        numbers = [
            terms.minimum_service_years,
            terms.maximum_service_years,
            terms.pay_floor_gbp * 100,
            terms.pay_cap_gbp * 100,
            terms.maximum_payment_gbp * 100,
            *(number for one in (month, notice, nic, charge) for number in (one.numerator, one.denominator)),
            value("class_1a_threshold_gbp") * 100,
            value("statutory_week_of_pay_cap_gbp") * 100,
        ]
        rows.append(f"('{name}', {', '.join(f'CAST({int(number)} AS BIGINT)' for number in numbers)})")
    columns = (
        "terms, minimum_years, maximum_years, pay_floor, pay_cap, maximum_payment, month_times, month_over, "
        "notice_times, notice_over, nic_times, nic_over, charge_times, charge_over, threshold, week_cap"
    )
    return f"CREATE TABLE rule AS SELECT * FROM (VALUES {', '.join(rows)}) AS r({columns})"


def _in_turn(contestants: Mapping[str, Callable[[], object]], repeat: int) -> dict[str, Times]:
    """Seconds on the clock of each, in this process, once untimed and then in turn."""
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for turn in range(repeat + 1):
        for name, run in contestants.items():
            started = time.perf_counter()
            run()
            if turn:
                seconds[name].append(time.perf_counter() - started)
    return {name: Times(tuple(found)) for name, found in seconds.items()}


def _refuse_a_difference(model: pl.DataFrame, query: pl.DataFrame) -> None:
    names = sorted(model.columns)
    one, other = (frame.select(names).sort(names) for frame in (model, query))
    if not one.equals(other):
        differing = [name for name in names if not one[name].equals(other[name])]
        raise ContestantError(f"model and query differ in {', '.join(differing) or 'their columns'}")
