"""The headline figures of a version, each with the table it is from."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.outputs.explained import Row
from nhs_assets.outputs.sentences import WORDS, amount, basis_of_limit, money, month_name, sentence

UNIT_OF_OUTPUT = {"cost_gbp_m": "£m", "cost_per_exit_gbp": "£", "rehired_share": "share"}
"""Units of what a back-test predicts."""


@dataclass(frozen=True)
class Headline:
    """One line of the summary: a question, its answer, and the table to read on."""

    question: str
    answer: str
    table: str


def headlines(snapshot: duckdb.DuckDBPyConnection) -> tuple[Headline, ...]:
    """The headline figures of ``headlines.yml``."""
    found = []
    for headline in read_yaml(Path(__file__).with_name("headlines.yml")):
        table, answer = headline["table"], headline["answer"]
        executed = snapshot.execute(headline["select"])
        names = [column[0] for column in executed.description]
        rows = [dict(zip(names, values, strict=True)) for values in executed.fetchall()]
        answers = [answer.format(**row, **_in_words(table, row)) for row in rows]
        found.append(Headline(headline["question"], "\n".join(answers), table))
    return tuple(found)


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
            month = row["payback_month"]
            return {"paid_back": month_name(month) if month else "no month of the horizon"}
        case "savings.counterfactual_worth":
            names = ("gained", "gained_p10", "gained_p90", "npv", "p10", "p90")
            return {f"{name}_gbp": money(row[name], 0) for name in names}
        case "savings.as_stated":
            ends = {f"{end}_figure": amount(row[end], row["unit"]) for end in ("unfavourable", "favourable")}
            return ends | {"name": WORDS["measure_of_case"][row["measure"]]}
        case "savings.backtest":
            unit = UNIT_OF_OUTPUT[row["output"]]
            figures = {"actual": "actual_value", "low": "predicted_p10", "high": "predicted_p90"}
            words = {name: amount(row[column], unit) for name, column in figures.items()}
            return words | {"name": WORDS["backtest_output"][row["output"]]}
    return {}
