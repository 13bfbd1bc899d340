"""Rows in words: sentences written from the figures and codes of a row, for the places where people read them."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from nhs_assets.outputs.explained import Row


def sentence(table: str, row: Row) -> str | None:
    """What a row says, in words; None for tables whose rows need none.

    Args:
        table: the table the row is of.
        row: its values by column. Only the columns that the sentence mentions are needed.
    """
    write = SENTENCES.get(table)
    return write(row) if write else None


GAP_READINGS = {
    "official_cost_against_reprofile": "Stated cost of the programme against the money re-profiled for it",
    "press_cost_against_press_overspend": "Reported cost of redundancies against the reported overspend",
    "press_cost_against_reprofile": "Reported cost of redundancies against the money re-profiled for it",
    "modelled_cost_against_reprofile": "Modelled cost of the programme against the money re-profiled for it",
}

_COVERED = {
    "official_cost_against_reprofile": "Paid exits in DHSC, NHS England, integrated care boards and commissioning "
    "support units, all years",
    "press_cost_against_press_overspend": "Redundancies in integrated care boards and NHS England as reported, with "
    "no years stated",
    "press_cost_against_reprofile": "Redundancies in integrated care boards and NHS England as reported, with no "
    "years stated",
    "modelled_cost_against_reprofile": "All bodies in the count of posts, all years, in the central scenario alone; "
    "low and high are the same",
}

POST_READINGS = {
    "official_all_bodies": "The official upper bound, over the stated headcounts of boards, NHS England and DHSC",
    "half_of_stated_headcounts": "The stated cut of every stated headcount",
    "all_bodies_other_dhsc_count": "The stated cut of every stated headcount, with the other count of DHSC stated on "
    "the same day",
    "boards_about_half": "The stated cut of the boards alone",
    "boards_alone_official_posts": "The official upper bound, if all its posts were in the boards",
}

_RULES = {
    "none_believed": "Every claim known is garbled, ruled out or superseded, so none is believed.",
    "own_reading": "What is chosen is the project's own reading: no document known by then states it.",
    "agreed": "All sound claims allow one value.",
    "feasible_only": "Claims that arithmetic rules out are left aside; the others allow one value.",
    "official_over_press": "Claims disagree; those of the best grade, which is official, allow one value.",
    "better_grade": "Claims disagree; those of the best grade allow one value.",
    "latest": "Claims of the best grade disagree; those of the latest day allow one value.",
    "interval_hull": "The claims chosen state different values that do not exclude one another; all that they state "
    "is kept.",
    "unresolved": "No rule prefers one of the values, so each runs as a scenario and none is averaged.",
}

_METHODS = {
    "whole_change": "The whole change: outturn of the year takes the place of its plan.",
    "difference_of_lines": "dhsc_rdel less dhsc_rdel_excluding_ihs of the later vintage; assumes that the earlier plan "
    "left these transfers out.",
    "stated_amount": "The whole stated amount, taken from the last year of the settlement; the range takes in the "
    "change of that year. The split by year is not published.",
    "rise_of_year": "The whole rise of the year where it exceeds half the unit to which the earlier plan was rounded, "
    "else nil. The split by year is not published.",
    "balance_of_years": "The stated amount less what the years between first and last receive, so that all years sum "
    "to nil. The split by year is not published.",
    "remainder": "The whole change less the other reasons of the year.",
}

_POPULATIONS = {
    "sum_of_boards": "Registered population summed over the boards, each rounded to a person.",
    "practice_file": "Total of the practice file before it is summed by board.",
    "difference": "Sum of boards less practice file: what rounding each board makes.",
}

_HEADCOUNTS = {
    "stated": "Headcount as stated for the body.",
    "imputed": "Headcount stated for all bodies of this kind, shared by full-time equivalents.",
    "not_stated": "No headcount is stated for this body.",
}


def _neutrality(row: Row) -> str:
    basis = {
        "cash": "In cash",
        "real": f"In {row['base_fy']} prices",
        "present_value": f"In present value at {row['discount_rate_pct']}% a year, in {row['base_fy']} prices,",
    }[row["test"]]
    drawn, recouped = row["drawn_gbp_m"], row["recouped_gbp_m"]
    kept = drawn - recouped
    if abs(kept) <= row["tolerance_gbp_m"]:
        return f"{basis} the {_money(drawn)} drawn is taken back in full."
    verb = "keeps" if kept > 0 else "loses"
    return (
        f"{basis} {_money(drawn)} is drawn and {_money(recouped)} taken back: the service {verb} {_money(abs(kept))}."
    )


def _funding_gap(row: Row) -> str:
    return f"{GAP_READINGS[row['reading_id']]}. The cost covers: {_COVERED[row['reading_id']]}."


def _instrument(row: Row) -> str:
    moved = row["delta_gbp_m"]
    if row["interpretation"] == "press_overspend":
        if moved > 0:
            return "The reported overspend, in the year of the report."
        if moved < 0:
            return "The same amount given back, in the year that the report names."
        return "Nothing is reported to move in this year."
    return "The year's part of the stated re-profile (settlement.plan_change). The split by year is not published."


def _baseline(row: Row) -> str:
    words = [_HEADCOUNTS[row["headcount_kind"]]]
    # The staff statistics of NHS England also count people it hosts for others.
    if row["headcount_kind"] == "stated" and row["fte"] is not None and row["fte"] > row["headcount"]:
        words.append("The full-time equivalents cover more staff than the stated headcount.")
    if row["in_post_target"]:
        words.append("Posts: the official upper bound, shared by headcount.")
    else:
        words.append("The official count of posts does not cover it.")
    return " ".join(words)


def _post_reduction(row: Row) -> str:
    counted = [row[name] for name in ("boards_heads", "nhse_heads", "dhsc_heads") if row[name] is not None]
    heads = " + ".join(f"{heads:.0f}" for heads in counted)
    heads = f"({heads})" if len(counted) > 1 else heads
    if row["posts_basis"] == "stated_cut":
        arithmetic = f"{row['stated_cut_pct']:.0f}% of {heads} = {row['posts']:.0f} posts"
    else:
        arithmetic = f"{row['posts']:.0f} / {heads} = {row['cut_pct']:.1f}%"
    return f"{POST_READINGS[row['reading_id']]}: {arithmetic}."


def _resolution(row: Row) -> str:
    words = [_RULES[row["rule"]]]
    if row["rule"] != "none_believed" and row["latest_date"] is None:
        if row["value_low"] is None:
            words.append("The best grade states an upper bound, so the low end is open.")
        if row["value_high"] is None:
            words.append("The best grade states a lower bound, so the high end is open.")
    return " ".join(words)


def _plan_change(row: Row) -> str:
    return _METHODS[row["method"]]


def _population(row: Row) -> str:
    return _POPULATIONS[row["population_id"]]


def _money(amount: Decimal) -> str:
    """£m to a tenth, halves away from nil."""
    return f"£{amount.quantize(Decimal('0.1'), ROUND_HALF_UP):,}m"


SENTENCES: Mapping[str, Callable[[Row], str]] = {
    "evidence.resolution": _resolution,
    "settlement.plan_change": _plan_change,
    "workforce.baseline": _baseline,
    "workforce.post_reduction_reading": _post_reduction,
    "workforce.population_reconciliation": _population,
    "overspend.funding_gap": _funding_gap,
    "overspend.instrument": _instrument,
    "overspend.neutrality": _neutrality,
}
