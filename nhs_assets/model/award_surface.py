"""The mean award of a body's leavers read off a grid of pay and service: as the exact rules, a hundred times faster."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from nhs_assets.model.exit_cost import mean_exit_cost
from nhs_assets.model.parameters import ParameterSet

_ENDS = -2, 1
"""Logarithms of the ends of the grid: mean pay and mean service relative to those of the cells."""


@dataclass(frozen=True)
class AwardSurface:
    """Mean payment, and the National Insurance on it, of one body's leavers at any mean pay and mean service.

    Beyond the ends of the grid the awards at its end hold: no draw that matters is there.

    Attributes:
        points: from :func:`nhs_assets.model.exit_cost.exit_points`, of one body.
        parameters: the rules of a day.
        size: points of the grid each way.
    """

    points: pl.DataFrame
    parameters: ParameterSet
    size: int

    def __call__(self, pay: np.ndarray, service: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Payment and National Insurance on it, pounds ``(..., n)``.

        Args:
            pay: ``(..., n)``: mean pay at the hours contracted.
            service: ``(n,)``: mean complete years.
        """
        paid, served, (payment, tax) = self._grid
        row, of_row = self._place(np.log(pay / paid))
        column, of_column = self._place(np.log(service / served))
        corner = row * self.size + column
        found = []
        for grid in (payment, tax):
            low = grid.take(corner)
            low += (grid.take(corner + 1) - low) * of_column
            high = grid.take(corner + self.size)
            high += (grid.take(corner + self.size + 1) - high) * of_column
            found.append(low + (high - low) * of_row)
        return found[0], found[1]

    @cached_property
    def _grid(self) -> tuple[float, float, tuple[np.ndarray, np.ndarray]]:
        # Everyone follows the factors here: a draw of the mean is a draw of all.
        points = self.points.with_columns(origin_kind=pl.lit("imputed"))
        share = points["share"]
        paid = (points["pay"] * points["contracted_share"] * share).sum() / share.sum()
        served = (points["service"] * share).sum() / share.sum()
        axis = np.exp(np.linspace(*_ENDS, self.size))
        pay, service = (factors.ravel() for factors in np.meshgrid(axis, axis, indexing="ij"))
        found = mean_exit_cost(points, self.parameters, pay, service)
        return paid, served, (found["severance_gbp"], found["class_1a_nic_gbp"])

    def _place(self, logarithms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The place on the grid at or below each value, and how far it is towards the next, 0 to 1."""
        low, high = _ENDS
        at = (logarithms - low) / (high - low) * (self.size - 1)
        below = np.clip(at, 0, self.size - 2).astype(int)
        return below, np.clip(at - below, 0, 1)
