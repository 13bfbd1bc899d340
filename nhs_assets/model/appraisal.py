"""What the programme is worth: net present value, payback, deepest deficit.

Only cost and saving come in. How the cost is financed, and when that money is taken back, moves budget between
years and makes the programme neither dearer nor cheaper.
"""

from decimal import Decimal
from itertools import product

import numpy as np
import polars as pl

from nhs_assets.model.calendar import BASE_FY, opening_month
from nhs_assets.model.money import pounds, whole_pounds
from nhs_assets.model.parameters import BestEstimate, ParameterSet
from nhs_assets.model.scenario import costs_and_savings
from nhs_assets.model.tables import as_table


def discount_factors(months_from_base: np.ndarray, rate_pct: float) -> np.ndarray:
    """Present value in the base month of one pound that falls ``months_from_base`` later, at a yearly rate."""
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
    """First place from which the running sum of ``net``, ``(months,)``, stays at zero or above; None if it ends below.

    ``net`` is saving less cost.
    """
    (negative,) = np.nonzero(np.cumsum(net) < 0)
    first = int(negative[-1]) + 1 if negative.size else 0
    return first if first < len(net) else None


def deepest_deficit(net: np.ndarray) -> tuple[float, int]:
    """The lowest value of the running sum of ``net``, ``(months,)``, and the first place it is reached."""
    running = np.cumsum(net)
    lowest = int(running.argmin())
    return running[lowest].item(), lowest


def appraisal(
    parameters: BestEstimate, scenario_flow: pl.DataFrame, appraisal_perspective: pl.DataFrame, deflator: pl.DataFrame
) -> pl.DataFrame:
    """``savings.appraisal``: the nation's cost and saving by perspective, basis, horizon and discount rate.

    Prices are those of the deflator that became known last. Where nothing counts as a cost there is nothing to pay
    back, so ratio and paybacks are empty.

    Raises:
        ValueError: if the latest deflators are several or miss a year, or a component has no weight in a perspective.
    """
    latest = latest_deflator(deflator)
    flows = real_factors(_weighted(*costs_and_savings(scenario_flow), appraisal_perspective), latest)
    real = pl.col("in_base_prices") / 1_000_000
    flows = flows.with_columns(real_cost=pl.col("cost") * real, real_saving=pl.col("saving") * real)
    rates = sorted({0.0, *_distinct(parameters, "discount_rate_health_pct", "discount_rate_real_pct")})
    horizons = _distinct(parameters, "appraisal_short_horizon_years", "appraisal_horizon_years")
    views = flows.group_by("scenario_id", "perspective", "accounting_basis", maintain_order=True)
    rows = [
        {
            **dict(zip(("scenario_id", "perspective", "accounting_basis"), view, strict=True)),
            "horizon_years": int(years),
            **measures,
        }
        for (view, months), years in product(views, horizons)
        for measures in _measures(months.filter(pl.col("months_from_base") < 12 * years), rates)
    ]
    return as_table(
        rows,
        "savings.appraisal",
        price_basis="real",
        base_fy=BASE_FY,
        deflator_vintage_id=latest["vintage_id"].item(0),
    )


def latest_deflator(deflator: pl.DataFrame) -> pl.DataFrame:
    """The rows of the deflator that became known last; the day of a year that is carried forward does not count."""
    published = deflator.filter(pl.col("status") != "extended")
    latest_vintages = published.filter(pl.col("known_from") == pl.col("known_from").max())["vintage_id"].unique()
    return deflator.filter(pl.col("vintage_id").is_in(latest_vintages.implode()))


def perspective_weights(appraisal_perspective: pl.DataFrame) -> dict[str, dict[str, float]]:
    """The weight of each component in each perspective, in order of names."""
    in_order = appraisal_perspective.sort("perspective", "component")
    return {
        perspective: dict(rows.select("component", "weight").iter_rows())
        for (perspective,), rows in in_order.group_by("perspective", maintain_order=True)
    }


def real_factors(flows: pl.DataFrame, deflator: pl.DataFrame) -> pl.DataFrame:
    """Adds ``months_from_base`` and ``in_base_prices``, what one pound of the month is in prices of the base year.

    Args:
        flows: ``month``, ``fy`` and other columns, in an order that is kept.
        deflator: rows of one vintage.

    Raises:
        ValueError: if the deflator is of several vintages or misses a year.
    """
    if deflator["vintage_id"].n_unique() != 1:
        raise ValueError("the appraisal takes one deflator vintage")
    missing = sorted({BASE_FY, *flows["fy"].unique()} - set(deflator["fy"]))
    if missing:
        raise ValueError(f"the deflator has no index for {', '.join(missing)}")
    base_month = opening_month(BASE_FY)
    base_index = deflator.filter(fy=BASE_FY)["index_value"].item()
    years = pl.col("month").dt.year().cast(pl.Int64) - base_month.year
    return flows.join(deflator.select("fy", "index_value"), on="fy", how="left", maintain_order="left").with_columns(
        months_from_base=years * 12 + pl.col("month").dt.month() - base_month.month,
        in_base_prices=base_index / pl.col("index_value"),
    )


def _distinct(parameters: ParameterSet, *parameter_ids: str) -> list[float]:
    return sorted({parameters.value(parameter_id) for parameter_id in parameter_ids})


def _weighted(costs: pl.DataFrame, savings: pl.DataFrame, appraisal_perspective: pl.DataFrame) -> pl.DataFrame:
    """National cost and saving in whole pounds by scenario, perspective, basis and month, in order.

    A saving has one accounting basis, so it is joined to the cost on each.
    """
    cost = _counted(costs, appraisal_perspective, ["accounting_basis"]).rename({"pounds": "cost"})
    bases = cost.select("accounting_basis").unique()
    saving = _counted(savings, appraisal_perspective, []).rename({"pounds": "saving"}).join(bases, how="cross")
    keys = ["scenario_id", "perspective", "accounting_basis", "month", "fy"]
    return (
        pl.concat([cost, saving], how="diagonal")
        .group_by(keys, maintain_order=True)
        .agg(pl.col("cost", "saving").sum())
        .sort(keys)
    )


def _counted(flows: pl.DataFrame, appraisal_perspective: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """National flows of every perspective in whole pounds, each component counted with its weight."""
    keys = ["scenario_id", "month", "fy", *keys]
    national = flows.group_by(*keys, "component", maintain_order=True).agg(
        pounds(pl.col("amount_gbp_m")).sum().alias("pounds")
    )
    weighed = national.join(appraisal_perspective.select("perspective").unique(), how="cross").join(
        appraisal_perspective.select("perspective", "component", "weight"), on=["perspective", "component"], how="left"
    )
    unweighed = weighed.filter(pl.col("weight").is_null()).select("component", "perspective").unique()
    if not unweighed.is_empty():
        missing = ", ".join(f"{component} in {perspective}" for component, perspective in sorted(unweighed.iter_rows()))
        raise ValueError(f"no appraisal weight for {missing}")
    return weighed.group_by("perspective", *keys, maintain_order=True).agg(
        whole_pounds(pl.col("pounds") * pl.col("weight")).sum()
    )


def _measures(months: pl.DataFrame, rates: list[float]) -> list[dict[str, object]]:
    """The measures of one view over one horizon at each rate; cash is exact."""
    month, since_base = months["month"], months["months_from_base"].to_numpy()
    cost, saving, real_cost, real_saving = (
        months[name].to_numpy() for name in ("cost", "saving", "real_cost", "real_saving")
    )
    first_cost = int(np.argmax(cost > 0)) if cost.any() else None
    paid_back = _payback_of_cost(saving - cost, first_cost)
    deficit, lowest = deepest_deficit(saving - cost)
    undiscounted = {
        "cash_cost_gbp_m": _gbp_m(cost.sum()),
        "cash_saving_gbp_m": _gbp_m(saving.sum()),
        "real_cost_gbp_m": real_cost.sum(),
        "real_saving_gbp_m": real_saving.sum(),
        "payback_month": None if paid_back is None else month[paid_back],
        "payback_months": None if paid_back is None else paid_back - first_cost + 1,
        "deepest_cash_deficit_gbp_m": _gbp_m(deficit),
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


def _gbp_m(whole_pounds: int) -> Decimal:
    return Decimal(int(whole_pounds)) / 1_000_000


def _payback_of_cost(net: np.ndarray, first_cost: int | None) -> int | None:
    """Payback, never before there is a cost to pay back."""
    paid_back = payback_index(net)
    return None if paid_back is None or first_cost is None else max(paid_back, first_cost)
