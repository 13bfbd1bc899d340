"""Rows as sentences, written from their figures and codes."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.outputs.explained import Row

WORDS = read_yaml(Path(__file__).with_name("words.yml"))


def sentence(table: str, row: Row) -> str | None:
    """A row as a sentence; None for tables whose rows need none. The row may lack columns that are not mentioned."""
    write = SENTENCES.get(table)
    return write(row) if write else None


def rounded(value: Decimal | float, places: int = 0) -> Decimal:
    """A number to so many places, halves away from zero."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def money(gbp_m: Decimal | float, places: int = 1) -> str:
    """An amount in £m, such as "£1,150.0m"."""
    return f"{'−' if gbp_m < 0 else ''}£{rounded(abs(gbp_m), places):,}m"


def amount(value: float, unit: str) -> str:
    """A figure with its unit, as people write it; other units follow the number."""
    match unit:
        case "£m":
            return money(value, 0)
        case "£m a year":
            return f"{money(value, 0)} a year"
        case "£":
            return f"£{rounded(value):,}"
        case "share":
            return f"{rounded(100 * value)}%"
    return f"{rounded(value):,} {unit}"


def month_name(month: date) -> str:
    """A month, such as "April 2028"."""
    return f"{month:%B %Y}"


def day_name(day: date) -> str:
    """A day, such as "1 April 2028"."""
    return f"{day.day} {month_name(day)}"


def basis_of_limit(line_id: str) -> str:
    """Whether a department's limit is as printed, or what it leaves out."""
    return "as printed" if line_id == "dhsc_rdel" else "without the Immigration Health Surcharge transfers"


def counted_heads(row: Row) -> list[float]:
    """The headcounts of boards, NHS England and DHSC that count in a row."""
    return [row[name] for name in ("boards_heads", "nhse_heads", "dhsc_heads") if row[name] is not None]


def sum_of_heads(row: Row) -> str:
    """Those headcounts written as a sum, in brackets if there are several."""
    heads = [f"{rounded(heads)}" for heads in counted_heads(row)]
    return f"({' + '.join(heads)})" if len(heads) > 1 else "".join(heads)


def _neutrality(row: Row) -> str:
    basis = {
        "cash": "In cash",
        "real": f"In {row['base_fy']} prices",
        "present_value": f"In present value at {row['discount_rate_pct']}% a year, in {row['base_fy']} prices,",
    }[row["test"]]
    drawn, recouped = row["drawn_gbp_m"], row["recouped_gbp_m"]
    kept = drawn - recouped
    if abs(kept) <= row["tolerance_gbp_m"]:
        return f"{basis} the {money(drawn)} drawn is taken back in full."
    verb = "keeps" if kept > 0 else "loses"
    balance = f"the service {verb} {money(abs(kept))}"
    return f"{basis} {money(drawn)} is drawn and {money(recouped)} taken back: {balance}."


def _funding_gap(row: Row) -> str:
    reading = WORDS["funding_gap"][row["reading_id"]]
    return f"{reading['title']}. The cost covers: {reading['covers']}."


def _instrument(row: Row) -> str:
    moved = row["delta_gbp_m"]
    if row["interpretation"] != "press_overspend":
        return "The year's part of the stated re-profile (settlement.plan_change). The split by year is not published."
    if moved > 0:
        return "The reported overspend, in the year of the report."
    if moved < 0:
        return "The same amount given back, in the year that the report names."
    return "Nothing is reported to move in this year."


def _baseline(row: Row) -> str:
    words = [WORDS["headcount"][row["headcount_kind"]]]
    # The staff statistics of NHS England also count people it hosts for others.
    if row["headcount_kind"] == "stated" and row["fte"] is not None and row["fte"] > row["headcount"]:
        words.append("The full-time equivalents cover more staff than the stated headcount.")
    if row["in_post_target"]:
        words.append("Posts: the official upper bound, shared by headcount.")
    else:
        words.append("The official count of posts does not cover it.")
    return " ".join(words)


def _post_reduction(row: Row) -> str:
    heads = sum_of_heads(row)
    if row["posts_basis"] == "stated_cut":
        arithmetic = f"{row['stated_cut_pct']:.0f}% of {heads} = {row['posts']:.0f} posts"
    else:
        arithmetic = f"{row['posts']:.0f} / {heads} = {row['cut_pct']:.1f}%"
    return f"{WORDS['post_reduction_reading'][row['reading_id']]}: {arithmetic}."


def _resolution(row: Row) -> str:
    words = [WORDS["resolution"][row["rule"]]]
    if row["rule"] != "none_believed" and row["latest_date"] is None:
        for end, bound in (("low", "an upper"), ("high", "a lower")):
            if row[f"value_{end}"] is None:
                words.append(f"The best grade states {bound} bound, so the {end} end is open.")
    return " ".join(words)


SENTENCES: Mapping[str, Callable[[Row], str]] = {
    "evidence.resolution": _resolution,
    "settlement.plan_change": lambda row: WORDS["plan_change"][row["method"]],
    "workforce.baseline": _baseline,
    "workforce.post_reduction_reading": _post_reduction,
    "workforce.population_reconciliation": lambda row: WORDS["population_reconciliation"][row["population_id"]],
    "overspend.funding_gap": _funding_gap,
    "overspend.instrument": _instrument,
    "overspend.neutrality": _neutrality,
}
