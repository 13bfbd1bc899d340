"""Contradictions in words, and which of the two claims is the weaker."""

from collections.abc import Collection
from decimal import Decimal

from nhs_assets.outputs.explained import Explained, Row
from nhs_assets.outputs.sentences import WORDS, counted_heads, rounded, sum_of_heads

WEAKENING = ("price_basis", "scope", "superseded", "period", "garbled")
"""Kinds that leave one of the two claims weaker; the others set two quantities or two equals side by side."""

_CAVEATS = ("base_year_differs", "base_year_not_named", "posts_against_cut")
"""Rules whose pairs may both be true, each in its own terms, unless arithmetic rules one of them out."""


def recorded(explained: Explained, claim_ids: list[str]) -> list[Row]:
    """Contradictions that any of these claims is part of, with ``arithmetic`` and ``explanation`` in words."""
    contradictions = explained.contradictions(claim_ids)
    if not contradictions:
        return []
    claims = explained.rows(
        "SELECT c.*, m.label FROM evidence.claim AS c INNER JOIN evidence.measure AS m ON m.measure_id = c.measure_id "
        "WHERE list_contains($sides, c.claim_id)",
        {"sides": sorted({row[side] for row in contradictions for side in ("claim_a", "claim_b")})},
    )
    claim = {row["claim_id"]: row for row in claims}
    return [row | in_full(row, claim[row["claim_a"]], claim[row["claim_b"]]) for row in contradictions]


def in_full(contradiction: Row, claim_a: Row, claim_b: Row) -> dict[str, str]:
    """``arithmetic``, the working in figures, and ``explanation``, why the two claims cannot both hold.

    The claims are rows of ``evidence.claim`` with the ``label`` of their measure.
    """
    return {
        "arithmetic": _arithmetic(contradiction, claim_a, claim_b),
        "explanation": contradiction["explanation"] or _explanation(contradiction, claim_a, claim_b),
    }


def in_words(contradiction: Row) -> str:
    """A row of :func:`recorded` on one line."""
    kind = contradiction["conflict_type"].replace("_", " ")
    first, second = contradiction["claim_a"], contradiction["claim_b"]
    said = f"{contradiction['arithmetic']}; {contradiction['explanation']}"
    return f"{first} against {second} ({kind}): {said.replace('claim A', first).replace('claim B', second)}"


def other_side(contradiction: Row, claim_id: str) -> str:
    """Identifier of the other claim."""
    return contradiction["claim_b"] if contradiction["claim_a"] == claim_id else contradiction["claim_a"]


def is_caveat(contradiction: Row) -> bool:
    """Whether both claims may be true as they are put, so that readers must know of it and neither claim loses by it.

    These are conflicts within one text that nothing settles, of base years, of two bounds, and of periods that come to
    the same value, unless arithmetic rules a claim out.
    """
    if contradiction["infeasible_claim_id"] is not None:
        return False
    kind = contradiction["conflict_type"]
    is_same = kind == "period" and contradiction["difference"] == 0
    return kind == "internal" or is_same or contradiction["rule_id"] in _CAVEATS


def of_reading(contradiction: Row, claim_id: str, reading: Collection[str]) -> Row | None:
    """A contradiction with a claim in place of any claim of its reading; None if it is about their wording alone."""
    sides = contradiction["claim_a"], contradiction["claim_b"]
    if claim_id in sides:
        return contradiction
    if all(side in reading for side in sides):
        return None
    names = ("claim_a", "claim_b", "infeasible_claim_id")
    return contradiction | {name: claim_id for name in names if contradiction[name] in reading}


def is_weaker(claim: Row, other: Row, contradiction: Row) -> bool:
    """Whether a claim is the weaker side of a contradiction.

    The weaker is the claim that arithmetic rules out, the earlier if one is superseded, the garbled one, or that of
    the worse grade; of two of one grade, the one that was tested.
    """
    kind = contradiction["conflict_type"]
    if contradiction["infeasible_claim_id"] is not None:
        return contradiction["infeasible_claim_id"] == claim["claim_id"]
    if kind not in WEAKENING or is_caveat(contradiction):
        return False
    is_tested = contradiction["claim_a"] == claim["claim_id"]
    if kind == "garbled":
        return is_tested
    if kind == "superseded":
        return claim["known_from"] < other["known_from"] or (claim["known_from"] == other["known_from"] and is_tested)
    return claim["claim_grade"] > other["claim_grade"] or (claim["claim_grade"] == other["claim_grade"] and is_tested)


def _arithmetic(row: Row, claim_a: Row, claim_b: Row) -> str:
    a, b = claim_a["value_text"], claim_b["value_text"]
    stated, computed, heads = row["stated_value"], row["computed_value"], sum_of_heads(row)
    match row["rule_id"]:
        case None:
            return _judged(row["conflict_type"], claim_a, claim_b)
        case "yes_against_no":
            return f"{_yes_or_no(stated)} against {_yes_or_no(computed)}"
        case "years_differ" if row["plan_fy"] and row["other_plan_fy"]:
            first, second = (f"{row[f'{name}plan_fy']}: {_move(row, name)}" for name in ("", "other_"))
            return f"{a} against {b}; limit of {first}; of {second}"
        case "narrower_scope" if heads:
            share = f"{a} / {heads} = {_short(computed)}%"
            return share if stated is None else f"{share} against {_short(stated, 1)}%"
        case "narrower_scope":
            return f"{a} - {a} = 0 left for the bodies that claim A leaves out"
        case "part_exceeds_whole":
            return f"{a} for some of the bodies against {b} for all of them"
        case "posts_against_cut":
            share = stated / sum(counted_heads(row)) * 100
            return f"{a} / {heads} = {_short(share)}%; {b}% of {heads} = {_short(computed)}"
        case "yearly_against_total":
            years = int(claim_b["period_to_fy"][:4]) - int(claim_b["period_from_fy"][:4]) + 1
            return f"{b} / {years} years = {computed:.1f} a year against {a} a year"
    if row["conflict_type"] != "price_basis" or row["plan_fy"] is None:
        return f"{a} against {b}"
    rises = f"{a} against {b}; in cash the plan rises by {_move(row, '', 0)} from {row['plan_fy']}"
    return f"{rises} and by {_move(row, 'other_', 0)} from {row['other_plan_fy']}" if row["other_plan_fy"] else rises


def _explanation(row: Row, claim_a: Row, claim_b: Row) -> str:
    match row["rule_id"]:
        case "garbled_against_clean" if claim_a["value_text"] == claim_b["value_text"]:
            return "The figure is the same, but the words around it are garbled: the sound passage stands."
        case "garbled_against_clean":
            return "The passage is garbled, and its figure differs: the sound passage stands."
        case "posts_against_cut" if row["stated_value"] > row["computed_value"]:
            return "The posts are more than the stated share of the stated headcount."
        case "posts_against_cut":
            return (
                "The posts are fewer than the stated share of the stated headcounts; each is put as an upper bound or "
                "as rough, so neither is ruled out."
            )
        case "years_differ" if row["plan_fy"]:
            return "The year that claim A names is not the one in which the plan falls."
    return WORDS["contradiction_rule"].get(row["rule_id"]) or WORDS["disjoint_values"][row["conflict_type"]]


def _judged(kind: str, claim_a: Row, claim_b: Row) -> str:
    """Two claims compared by a person: their difference, or both values if their units differ."""
    if claim_a["unit"] != claim_b["unit"]:
        return " against ".join(f"{claim['label']}: {_with_unit(claim)}" for claim in (claim_a, claim_b))
    if kind == "period":
        return " against ".join(f"{claim['value_text']} {claim['period']}" for claim in (claim_a, claim_b))
    (low_a, high_a), (low_b, high_b) = _ends(claim_a), _ends(claim_b)
    ends = [(low_a, low_b), (high_a, high_b)] if low_b - low_a != high_b - high_a else [(low_a, low_b)]
    return "; ".join(f"{_short(b, 1)} - {_short(a, 1)} = {_short(b - a, 1)}" for a, b in ends)


def _with_unit(claim: Row) -> str:
    if claim["unit"] == "yes = 1, no = 0":
        return _yes_or_no(_ends(claim)[0])
    return claim["period"] if claim["unit"] == "financial year start" else f"{claim['value_text']} {claim['unit']}"


def _ends(claim: Row) -> tuple[float, float]:
    """The low and the high end of what a claim states."""
    values = [claim[name] for name in ("value_low", "value_central", "value_high") if claim[name] is not None]
    return float(values[0]), float(values[-1])


def _yes_or_no(value: float) -> str:
    return "yes" if value == 1 else "no"


def _move(row: Row, name: str, places: int = 1) -> str:
    """From one limit to the other: both, and the difference."""
    before, after = row[f"{name}plan_from_gbp_m"], row[f"{name}plan_to_gbp_m"]
    change = after - before if places else rounded(after - before)
    return f"{_short(after, 1)} - {_short(before, 1)} = {change:.{places}f}"


def _short(value: Decimal | float, places: int = 0) -> str:
    """A rounded number without a zero at its end."""
    return f"{rounded(value, places):f}".removesuffix(".0")
