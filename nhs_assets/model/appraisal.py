"""What the programme is worth: net present value, payback, deepest deficit.

Only cost and saving come in. How the cost is financed, and when that money is taken back, moves budget between
years and makes the programme neither dearer nor cheaper.
"""

from itertools import product

import numpy as np
import polars as pl

from nhs_assets.model.calendar import opening_month
from nhs_assets.model.money import gbp_m, pounds, whole_pounds
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.tables import as_table


def discount_factors(months_from_base: np.ndarray, rate_pct: float) -> np.ndarray:
    """Worth in the base month of one pound that falls ``months_from_base`` later, at a yearly rate."""
    return (1 + rate_pct / 100) ** (-np.asarray(months_from_base) / 12)


def net_present_value(flows: np.ndarray, months_from_base: np.ndarray, rate_pct: float) -> np.ndarray:
    """Sum of discounted flows over the last axis, in the unit of the flows.

    Args:
        flows: ``(..., months)``, saving less cost.
        months_from_base: ``(months,)``, counted from 0.
        rate_pct: real rate a year.
    """
    return (np.asarray(flows) * discount_factors(months_from_base, rate_pct)).sum(axis=-1)


def payback_index(net: np.ndarray) -> int | None:
    """First place from which the running sum is not negative and stays so; None if it ends negative.

    Args:
        net: ``(months,)``, saving less cost.
    """
    (negative,) = np.nonzero(np.cumsum(net) < 0)
    first = int(negative[-1]) + 1 if negative.size else 0
    return first if first < len(net) else None


def deepest_deficit(net: np.ndarray) -> tuple[float, int]:
    """The lowest value of the running sum and the first place it is reached.

    Args:
        net: ``(months,)``, saving less cost.
    """
    running = np.cumsum(net)
    lowest = int(running.argmin())
    return running[lowest].item(), lowest


def appraisal(
    exit_cost_month: pl.DataFrame,
    saving_month: pl.DataFrame,
    perspectives: pl.DataFrame,
    deflator: pl.DataFrame,
    parameters: ParameterSet,
    base_fy: str,
) -> pl.DataFrame:
    """``savings.appraisal``: the nation's cost and saving by perspective, basis, horizon and discount rate.

    Where nothing counts as a cost there is nothing to pay back, so ratio and paybacks are empty.

    Args:
        exit_cost_month: rows of ``savings.exit_cost_month``, or costs of ``savings.scenario_flow``.
        saving_month: rows of ``savings.saving_month``, or savings of ``savings.scenario_flow``, over the same months.
        perspectives: rows of ``raw.appraisal_perspective``.
        deflator: rows of ``settlement.deflator`` of one vintage.
        parameters: dated parameters; horizons and discount rates are used.
        base_fy: price year, whose April is month 0 of discounting.

    Raises:
        ValueError: if the deflator is of several vintages or misses a year, or a component has no weight in a
            perspective.
    """
    flows = _real(_weighted(exit_cost_month, saving_month, perspectives), deflator, base_fy)
    horizons = _distinct(parameters, "appraisal_short_horizon_years", "appraisal_horizon_years")
    rates = sorted({0.0, *_distinct(parameters, "discount_rate_health_pct", "discount_rate_real_pct")})
    views = flows.group_by("scenario_id", "perspective", "accounting_basis", maintain_order=True)
    rows = [
        {
            **dict(zip(("scenario_id", "perspective", "accounting_basis"), view, strict=True)),
            "horizon_years": int(years),
            **worth,
        }
        for (view, months), years in product(views, horizons)
        for worth in _worth(months.filter(pl.col("months_from_base") < 12 * years), rates)
    ]
    money = ("cash_cost_gbp_m", "cash_saving_gbp_m", "deepest_cash_deficit_gbp_m")
    return as_table(
        pl.DataFrame(rows, infer_schema_length=None).with_columns(
            gbp_m(pl.col(*money)),
            price_basis=pl.lit("real"),
            base_fy=pl.lit(base_fy),
            deflator_vintage_id=pl.lit(deflator["vintage_id"].item(0)),
        ),
        "savings.appraisal",
    )


def _distinct(parameters: ParameterSet, *parameter_ids: str) -> list[float]:
    return sorted({parameters.value(parameter_id) for parameter_id in parameter_ids})


def _weighted(costs: pl.DataFrame, savings: pl.DataFrame, perspectives: pl.DataFrame) -> pl.DataFrame:
    """National cost and saving in whole pounds by scenario, perspective, basis and month, in order.

    A saving has one accounting basis, so it stands beside the cost on each.
    """
    cost = _counted(costs, perspectives, ["accounting_basis"]).rename({"pounds": "cost"})
    bases = cost.select("accounting_basis").unique()
    saving = _counted(savings, perspectives, []).rename({"pounds": "saving"}).join(bases, how="cross")
    keys = ["scenario_id", "perspective", "accounting_basis", "month", "fy"]
    return (
        pl.concat([cost, saving], how="diagonal")
        .group_by(keys, maintain_order=True)
        .agg(pl.col("cost", "saving").sum())
        .sort(keys)
    )


def _counted(flows: pl.DataFrame, perspectives: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """National flows of every perspective in whole pounds, each component counted with its weight."""
    keys = ["scenario_id", "month", "fy", *keys]
    national = flows.group_by(*keys, "component", maintain_order=True).agg(
        pounds(pl.col("amount_gbp_m")).sum().alias("pounds")
    )
    weighed = national.join(perspectives.select("perspective").unique(), how="cross").join(
        perspectives.select("perspective", "component", "weight"), on=["perspective", "component"], how="left"
    )
    unweighed = weighed.filter(pl.col("weight").is_null()).select("component", "perspective").unique()
    if not unweighed.is_empty():
        missing = ", ".join(f"{component} in {perspective}" for component, perspective in sorted(unweighed.iter_rows()))
        raise ValueError(f"no appraisal weight for {missing}")
    return weighed.group_by("perspective", *keys, maintain_order=True).agg(
        whole_pounds(pl.col("pounds") * pl.col("weight")).sum()
    )


def real_factors(flows: pl.DataFrame, deflator: pl.DataFrame, base_fy: str) -> pl.DataFrame:
    """Adds ``months_from_base`` and ``in_base_prices``, what one pound of the month is in prices of the base year.

    Args:
        flows: ``month`` and ``fy`` and whatever else, in an order that is kept.
        deflator: rows of ``settlement.deflator`` of one vintage.
        base_fy: price year, whose April is month 0.

    Raises:
        ValueError: if the deflator is of several vintages or misses a year.
    """
    if deflator["vintage_id"].n_unique() != 1:
        raise ValueError("the appraisal takes one deflator vintage")
    missing = sorted({base_fy, *flows["fy"].unique()} - set(deflator["fy"]))
    if missing:
        raise ValueError(f"the deflator has no index for {', '.join(missing)}")
    base_month = opening_month(base_fy)
    base_index = deflator.filter(fy=base_fy)["index_value"].item()
    years = pl.col("month").dt.year().cast(pl.Int64) - base_month.year
    return flows.join(deflator.select("fy", "index_value"), on="fy", how="left", maintain_order="left").with_columns(
        months_from_base=years * 12 + pl.col("month").dt.month() - base_month.month,
        in_base_prices=base_index / pl.col("index_value"),
    )


def _real(flows: pl.DataFrame, deflator: pl.DataFrame, base_fy: str) -> pl.DataFrame:
    """Adds ``months_from_base`` and, in £ million of the base year, ``real_cost`` and ``real_saving``."""
    in_base_prices = pl.col("in_base_prices") / 1_000_000
    return real_factors(flows, deflator, base_fy).with_columns(
        real_cost=pl.col("cost") * in_base_prices, real_saving=pl.col("saving") * in_base_prices
    )


def _worth(months: pl.DataFrame, rates: list[float]) -> list[dict[str, object]]:
    """The measures of one view over one horizon at each rate; cash in whole pounds, real in £ million."""
    month, since_base = months["month"], months["months_from_base"].to_numpy()
    cost, saving = months["cost"].to_numpy(), months["saving"].to_numpy()
    real_cost, real_saving = months["real_cost"].to_numpy(), months["real_saving"].to_numpy()
    first_cost = int(np.argmax(cost > 0)) if cost.any() else None
    paid_back = _payback_of_cost(saving - cost, first_cost)
    deficit, lowest = deepest_deficit(saving - cost)
    undiscounted = {
        "cash_cost_gbp_m": int(cost.sum()),
        "cash_saving_gbp_m": int(saving.sum()),
        "real_cost_gbp_m": real_cost.sum(),
        "real_saving_gbp_m": real_saving.sum(),
        "payback_month": None if paid_back is None else month[paid_back],
        "payback_months": None if paid_back is None else paid_back - first_cost + 1,
        "deepest_cash_deficit_gbp_m": deficit,
        "deepest_deficit_month": month[lowest],
    }
    rows = []
    for rate_pct in rates:
        present_cost = net_present_value(real_cost, since_base, rate_pct)
        present_saving = net_present_value(real_saving, since_base, rate_pct)
        discounted_net = (real_saving - real_cost) * discount_factors(since_base, rate_pct)
        paid_back_discounted = _payback_of_cost(discounted_net, first_cost)
        rows.append(
            {
                **undiscounted,
                "discount_rate_pct": rate_pct,
                "npv_gbp_m": present_saving - present_cost,
                "benefit_cost_ratio": present_saving / present_cost if present_cost else None,
                "discounted_payback_month": None if paid_back_discounted is None else month[paid_back_discounted],
            }
        )
    return rows


def _payback_of_cost(net: np.ndarray, first_cost: int | None) -> int | None:
    """Payback, never before there is a cost to pay back."""
    paid_back = payback_index(net)
    return None if paid_back is None or first_cost is None else max(paid_back, first_cost)
