"""Dated parameters, looked up by the day they are needed for."""

import copy
import difflib
from collections.abc import Mapping
from datetime import date

import polars as pl

BEST_ESTIMATE = "best_estimate"
"""The case of the posterior, which scenarios start from and are compared with."""


class ParameterSet:
    """Values of parameters by name: those of a day, or the latest.

    Args:
        parameter_value: at least ``parameter_id``, ``valid_from`` and ``value``, one row per parameter and first day.
        on: the day whose values count; without one, each parameter has its latest value.

    Attributes:
        on: that day.
        asked: names of the parameters that were looked up.
    """

    def __init__(self, parameter_value: pl.DataFrame, on: date | None = None) -> None:
        in_order = parameter_value.select("parameter_id", "valid_from", "value").sort("parameter_id", "valid_from")
        parts = in_order.partition_by("parameter_id", maintain_order=True, include_key=False, as_dict=True)
        self._dated: dict[str, pl.DataFrame] = {parameter_id: rows for (parameter_id,), rows in parts.items()}
        self.on = on
        self.asked: set[str] = set()

    def dated(self, parameter_id: str) -> pl.DataFrame:
        """Every value of a parameter: ``valid_from``, ``value``, earliest first.

        Raises:
            KeyError: if there is no such parameter; the message suggests similar names.
        """
        self.asked.add(parameter_id)
        try:
            return self._dated[parameter_id]
        except KeyError:
            near = difflib.get_close_matches(parameter_id, self._dated)
            hint = f"did you mean {', '.join(near)}?" if near else "no name is near it"
            raise KeyError(f"no parameter is called {parameter_id}; {hint}") from None

    def value(self, parameter_id: str) -> float:
        """The value that holds.

        Raises:
            KeyError: if there is no such parameter; the message suggests similar names.
            LookupError: if its first value starts after the day, as a rule is never extended back, or if only a range
                is stated.
        """
        dated = self.dated(parameter_id)
        known = dated if self.on is None else dated.filter(pl.col("valid_from") <= self.on)
        if known.is_empty():
            first = dated["valid_from"].min()
            raise LookupError(f"{parameter_id} has no value on {self.on}: its first starts on {first}")
        if (value := known["value"].item(-1)) is None:
            raise LookupError(f"{parameter_id} has no value: only a range is stated")
        return value

    def overridden(self, values: Mapping[str, float]) -> "ParameterSet":
        """These parameters with some of them at one value on every date; the dates stay.

        Raises:
            KeyError: if there is no such parameter; the message suggests similar names.
        """
        replaced = {name: self.dated(name).with_columns(value=pl.lit(float(value))) for name, value in values.items()}
        changed = copy.copy(self)
        changed._dated = self._dated | replaced
        changed.asked = set()
        return changed


class BestEstimate(ParameterSet):
    """Parameters of the best estimate: those that are drawn at its line, all others as stated.

    Without draws, as on days when nothing was known of staff, every parameter is as stated.
    """

    def __init__(self, parameter_value: pl.DataFrame, posterior_draw: pl.DataFrame) -> None:
        super().__init__(parameter_value)
        for name, value in posterior_draw.filter(pl.col("draw") == 0).select("parameter_id", "value").iter_rows():
            # Of dated values the last is uncertain; those before it have happened.
            dated = self._dated[name]
            is_last = pl.int_range(pl.len()) == pl.len() - 1
            self._dated[name] = dated.with_columns(value=pl.when(is_last).then(value).otherwise("value"))


class RulesOfTheDay(ParameterSet):
    """Parameters that, for a day before their first value, give that value and record that they did.

    A back-test has to say which of today's rules it carried back.
    """

    def __init__(self, parameter_value: pl.DataFrame, on: date) -> None:
        super().__init__(parameter_value, on)
        self.carried_back: set[str] = set()

    def value(self, parameter_id: str) -> float:
        """As :meth:`ParameterSet.value`, with the first value on days before it."""
        dated = self.dated(parameter_id)
        if dated["valid_from"].min() > self.on:
            self.carried_back.add(parameter_id)
            return dated["value"].item(0)
        return super().value(parameter_id)
