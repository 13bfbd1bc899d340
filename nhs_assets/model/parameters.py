"""Dated parameters, looked up by the day they are needed for."""

import difflib
from collections.abc import Mapping
from datetime import date

import polars as pl


class ParameterSet:
    """Values of ``evidence.parameter_value`` by name and date.

    Args:
        values: at least ``parameter_id``, ``valid_from`` and ``value``, one row per parameter and first day.

    Attributes:
        asked: names of the parameters that were looked up.
    """

    def __init__(self, values: pl.DataFrame) -> None:
        in_order = values.select("parameter_id", "valid_from", "value").sort("parameter_id", "valid_from")
        parts = in_order.partition_by("parameter_id", maintain_order=True, include_key=False, as_dict=True)
        self._dated: dict[str, pl.DataFrame] = {parameter_id: rows for (parameter_id,), rows in parts.items()}
        self.asked: set[str] = set()

    def dated(self, parameter_id: str) -> pl.DataFrame:
        """Every value of a parameter: ``valid_from``, ``value``, earliest first.

        Raises:
            KeyError: if there is no such parameter, with the names nearest to it.
        """
        self.asked.add(parameter_id)
        try:
            return self._dated[parameter_id]
        except KeyError:
            near = difflib.get_close_matches(parameter_id, self._dated)
            hint = f"did you mean {', '.join(near)}?" if near else "no name is near it"
            raise KeyError(f"no parameter is called {parameter_id}; {hint}") from None

    def value(self, parameter_id: str, on: date | None = None) -> float:
        """The value that holds on a day, or the latest where no day is given.

        Raises:
            KeyError: if there is no such parameter, with the names nearest to it.
            LookupError: if its first value starts after that day; a rule is never extended back.
        """
        dated = self.dated(parameter_id)
        known = dated if on is None else dated.filter(pl.col("valid_from") <= on)
        if known.is_empty():
            raise LookupError(f"{parameter_id} has no value on {on}: its first starts on {dated['valid_from'].min()}")
        return known["value"].item(-1)

    def overridden(self, values: Mapping[str, float]) -> "ParameterSet":
        """These parameters with some of them at one value on every date, the dates themselves kept.

        Args:
            values: value by parameter.

        Raises:
            KeyError: if there is no such parameter, with the names nearest to it.
        """
        changed = ParameterSet.__new__(ParameterSet)
        replaced = {name: self.dated(name).with_columns(value=pl.lit(float(value))) for name, value in values.items()}
        changed._dated = self._dated | replaced
        changed.asked = set()
        return changed
