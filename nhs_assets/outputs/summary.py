"""The headline figures of a version, each with the table it is from."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.outputs.explained import Row
from nhs_assets.outputs.sentences import WORDS, amount, basis_of_limit, money, month_name, rounded, sentence

UNIT_OF_OUTPUT = {"cost_gbp_m": "£m", "cost_per_exit_gbp": "£", "rehired_share": "share"}
"""Units of what a back-test predicts."""


@dataclass(frozen=True)
class Line:
    """One row of an answer: its words, and the figure in them with the ends of its range, where it is one figure.

    Attributes:
        known_on: the day by which it was known; of no answer that rests on everything known.
        confidence: the class of the row, else the weakest class behind its table; None where the table has none.
    """

    answer: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    known_on: date | None
    confidence: str | None


@dataclass(frozen=True)
class Headline:
    """One question of the summary, its answer, and the table to read on."""

    question: str
    lines: tuple[Line, ...]
    table: str

    @property
    def answer(self) -> str:
        """The answer in words."""
        return "\n".join(line.answer for line in self.lines)


def headlines(snapshot: duckdb.DuckDBPyConnection) -> tuple[Headline, ...]:
    """The headline figures of ``headlines.yml``."""
    weakest = dict(snapshot.execute("SELECT table_name, weakest_confidence FROM audit.published_table").fetchall())
    found = []
    for headline in read_yaml(Path(__file__).with_name("headlines.yml")):
        table, figure = headline["table"], headline.get("figure", {})
        executed = snapshot.execute(headline["select"])
        names = [column[0] for column in executed.description]
        rows = [dict(zip(names, values, strict=True)) for values in executed.fetchall()]
        worded = [(row, row | _in_words(table, row)) for row in rows]
        lines = tuple(
            Line(
                headline["answer"].format(**words),
                **{end: _number(row, figure.get(end)) for end in ("value", "low", "high")},
                unit=figure.get("unit", "").format(**words),
                known_on=row.get("known_from"),
                confidence=row.get("confidence") or weakest.get(table),
            )
            for row, words in worded
        )
        found.append(Headline(headline["question"], lines, table))
    return tuple(found)


def _number(row: Row, column: str | None) -> float | None:
    number = row[column] if column else None
    return None if number is None else float(number)


def _in_words(table: str, row: Row) -> dict[str, str]:
    """What an answer may use besides the columns of its row."""
    match table:
        case "settlement.real_terms":
            return {"basis": basis_of_limit(row["line_id"])}
        case "overspend.neutrality":
            repaid_in = row["profile_id"].removeprefix("all_").replace("_", "-")
            return {"repaid_in": repaid_in, "sentence": sentence(table, row)}
        case "workforce.post_reduction_reading":
            return {"reading": WORDS["post_reduction_reading"][row["reading_id"]]}
        case "savings.appraisal_range":
            return {"measured": _measured(row)}
        case "savings.counterfactual_worth":
            names = ("gained", "gained_p10", "gained_p90", "npv", "p10", "p90")
            return {f"{name}_gbp": money(row[name], 0) for name in names}
        case "savings.as_stated":
            ends = " to ".join(amount(row[end], row["unit"]) for end in ("least", "most"))
            return {"ends": ends, "name": WORDS["measure_of_case"][row["measure"]]}
        case "overspend.operations_bought":
            ends = {"net": "operations_net", "low": "p10", "high": "p90"}
            return {name: f"{int(rounded(row[column], -2)):,}" for name, column in ends.items()}
        case "savings.backtest":
            unit = UNIT_OF_OUTPUT[row["output"]]
            figures = {"actual": "actual_value", "low": "predicted_p10", "high": "predicted_p90"}
            words = {name: amount(row[column], unit) for name, column in figures.items()}
            return words | {"name": WORDS["backtest_output"][row["output"]]}
    return {}


def _measured(row: Row) -> str:
    """A measure of the programme with its range."""
    ends = [row[name] for name in ("principal", "p10", "p90")]
    if row["unit"] == "months":
        month = month_name(row["payback_month"]) if row["payback_month"] else "no month of the horizon"
        value, low, high = ("none" if months is None else f"{months:.0f}" for months in ends)
        return f"paid back in {month}, after {value} months ({low} to {high})"
    value, low, high = (money(pounds, 0) for pounds in ends)
    what = {
        "cost": "cost {0} ({1} to {2})",
        "saving_at_run_rate": "saving {0} a year in 2030-31 ({1} to {2})",
        "npv": "net present value {0} ({1} to {2}; {base_fy} prices, {discount_rate_pct:.1f}%)",
    }[row["measure"]]
    return what.format(value, low, high, **row)
