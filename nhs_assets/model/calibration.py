"""What each piece of evidence says, what the model made of it before and after, and what it moved.

Published figures may contradict one another, and plans are not outcomes. Nothing is fitted to any of them: all are
weighed at once, and each is shown with what the others alone would have made of it.
"""

import numpy as np
import polars as pl

from nhs_assets.contracts.savings import EVIDENCE_ITEMS, EVIDENCE_KINDS
from nhs_assets.model.draws import LEVELS
from nhs_assets.model.likelihood import Piece
from nhs_assets.model.posterior import Updating, updating
from nhs_assets.model.scenario_run import Leavers
from nhs_assets.model.tables import DECIMALS, as_table
from nhs_assets.model.tempering import Sample, effective_draws, standard_deviation_of_sum
from nhs_assets.model.threads import two_at_a_time

TARGET, PRECEDENT = EVIDENCE_KINDS
PARAMETER, EVIDENCE = EVIDENCE_ITEMS


def calibration(
    leavers: Leavers, calibration_target: pl.DataFrame, backtest_case: pl.DataFrame, deflator: pl.DataFrame
) -> pl.DataFrame:
    """``savings.calibration``: every piece of evidence, and the model before and after all of them count."""
    if leavers.cell.is_empty():
        return as_table([], "savings.calibration")
    known = updating(leavers, calibration_target, backtest_case, deflator)
    before, after = (known.values(sample) for sample in (known.before, known.after))
    targets = set(calibration_target["target_id"])
    rows = []
    for piece in known.pieces:
        ends = [piece.modelled(values) for values in (before, after)]
        levels = {
            f"{side}_{level}": float(np.quantile(modelled, at))
            for side, modelled in zip(("prior", "posterior"), ends, strict=True)
            for level, at in LEVELS.items()
        }
        error = standard_deviation_of_sum(ends[1], known.after.ancestors) / len(ends[1])
        rows.append(
            {
                "evidence_id": piece.evidence_id,
                "evidence_kind": TARGET if piece.evidence_id in targets else PRECEDENT,
                "unit": piece.unit,
                "stated_low": piece.low if np.isfinite(piece.low) else None,
                "stated_high": piece.high if np.isfinite(piece.high) else None,
                **levels,
                "standard_error": float(error),
                "posterior_share_within": float(piece.is_met(ends[1]).mean()),
                "is_met": levels["posterior_p10"] <= piece.high and levels["posterior_p90"] >= piece.low,
                "direction": direction(piece, levels["posterior_p10"], levels["posterior_p90"]),
            }
        )
    return _as_table(rows, "savings.calibration")


def direction(piece: Piece, low: float, high: float) -> str:
    """Whether a modelled range lies below what was published, above it, or reaches it."""
    if high < piece.low:
        return "too_low"
    return "too_high" if low > piece.high else "within"


def evidence_effect(
    leavers: Leavers, calibration_target: pl.DataFrame, backtest_case: pl.DataFrame, deflator: pl.DataFrame
) -> pl.DataFrame:
    """``savings.evidence_effect``: parameters and modelled quantities with all evidence, and without each piece."""
    if leavers.cell.is_empty():
        return as_table([], "savings.evidence_effect")
    known = updating(leavers, calibration_target, backtest_case, deflator)
    unit = dict(leavers.parameter_value.select("parameter_id", "unit").iter_rows())
    units = {(PARAMETER, name): unit[name] for name in known.prior.distributions}
    units |= {(EVIDENCE, piece.evidence_id): piece.unit for piece in known.pieces}
    everything = _items(known, known.after)
    rows = []
    names = [piece.evidence_id for piece in known.pieces]
    for piece, sample in zip(known.pieces, two_at_a_time(known.without, names), strict=True):
        without = _items(known, sample)
        for (kind, name), values in everything.items():
            others = without[kind, name]
            errors = (
                standard_deviation_of_sum(drawn, ancestors) / len(drawn)
                for drawn, ancestors in ((values, known.after.ancestors), (others, sample.ancestors))
            )
            rows.append(
                {
                    "evidence_id": piece.evidence_id,
                    "item_kind": kind,
                    "item_id": name,
                    "unit": units[kind, name],
                    **_summary("with", values),
                    **_summary("without", others),
                    "shift": float(values.mean() - others.mean()),
                    "shift_standard_error": float(np.hypot(*errors)),
                    "shift_in_spreads": float((values.mean() - others.mean()) / (others.std() or 1)),
                    "log_predictive": -sample.log_evidence,
                }
            )
    return _as_table(rows, "savings.evidence_effect")


def posterior_run(
    leavers: Leavers, calibration_target: pl.DataFrame, backtest_case: pl.DataFrame, deflator: pl.DataFrame
) -> pl.DataFrame:
    """``savings.posterior_run``: how the draws of the posterior were made, stage by stage."""
    if leavers.cell.is_empty():
        return as_table([], "savings.posterior_run")
    known = updating(leavers, calibration_target, backtest_case, deflator)
    after = known.after
    values = known.values(after)
    effective = [float(effective_draws(values[name], after.ancestors)) for name in known.prior.distributions]
    rows = [
        {"stage": stage, "evidence_counted": counted, "accepted_share": accepted}
        for stage, (counted, accepted) in enumerate(zip(after.stages, after.accepted_share, strict=True), start=1)
    ]
    return _as_table(
        rows,
        "savings.posterior_run",
        draws=after.latents.shape[1],
        ancestors=len(set(after.ancestors.tolist())),
        least_effective_draws=min(effective),
        median_effective_draws=float(np.median(effective)),
        log_evidence=after.log_evidence,
    )


def _items(known: Updating, sample: Sample) -> dict[tuple[str, str], np.ndarray]:
    values = known.values(sample)
    found = {(PARAMETER, name): values[name] for name in known.prior.distributions}
    return found | {(EVIDENCE, piece.evidence_id): piece.modelled(values) for piece in known.pieces}


def _summary(side: str, values: np.ndarray) -> dict[str, float]:
    levels = {f"{side}_{level}": float(np.quantile(values, at)) for level, at in LEVELS.items()}
    return {f"{side}_mean": float(values.mean()), **levels}


def _as_table(rows: list[dict], table: str, **constants: object) -> pl.DataFrame:
    rounded = pl.DataFrame(rows, infer_schema_length=None).with_columns(pl.selectors.float().round(DECIMALS))
    return as_table(rounded, table, **constants)
