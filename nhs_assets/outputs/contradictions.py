"""Recorded contradictions as people read them, and which of the two claims is the weaker."""

from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal

from nhs_assets.outputs.explained import Explained, Row

WEAKENING = ("price_basis", "scope", "superseded", "period", "garbled")
"""Kinds that leave one of the two claims weaker; the others set two quantities or two equals side by side."""

_CAVEATS = ("base_year_differs", "base_year_not_named", "posts_against_cut")
"""Rules whose pairs may both be true, each in its own terms, unless arithmetic rules one of them out."""


_EXPLANATIONS = {
    "narrower_scope": "The same amount is said of some of the bodies and of all of them.",
    "part_exceeds_whole": "The least that claim A allows for some of the bodies is more than the most that claim B "
    "allows for all of them.",
    "price_basis_differs": "One says that the increase is above inflation and the other does not; in cash the plan "
    "rises by another amount from either base year.",
    "base_year_not_named": "One names the year that the increase is counted from and the other does not.",
    "base_year_differs": "The increases end in the same year and are not counted from the same one, or one does not "
    "say from which.",
    "yearly_against_total": "One is a total over several years and the other an amount a year.",
}
"""Why the claims cannot both hold, by the rule that found them, where the rule alone says it."""

_DISJOINT = {
    "period": "The two name different years for the same thing.",
    "superseded": "The values have nothing in common, and the later claim is of no lower grade.",
    "internal": "One text gives two values that have nothing in common.",
    "value": "The values have nothing in common, and neither claim is plainly the better.",
}
"""The same where the values of two readings have none in common, by the kind of the conflict."""


def recorded(explained: Explained, claim_ids: list[str]) -> list[Row]:
    """Contradictions that any of these claims is part of, with ``arithmetic`` and ``explanation`` in words."""
    contradictions = explained.contradictions(claim_ids)
    if not contradictions:
        return []
    sides = sorted({row[side] for row in contradictions for side in ("claim_a", "claim_b")})
    claims = explained.rows(
        "SELECT c.*, m.label FROM evidence.claim AS c INNER JOIN evidence.measure AS m ON m.measure_id = c.measure_id "
        "WHERE list_contains($sides, c.claim_id)",
        {"sides": sides},
    )
    claim = {row["claim_id"]: row for row in claims}
    return [row | in_full(row, claim[row["claim_a"]], claim[row["claim_b"]]) for row in contradictions]


def in_full(contradiction: Row, claim_a: Row, claim_b: Row) -> dict[str, str]:
    """``arithmetic``, the working in figures, and ``explanation``, why the two claims cannot both hold.

    Args:
        contradiction: a row of ``evidence.contradiction``.
        claim_a: the row of its first claim in ``evidence.claim``, with the ``label`` of its measure.
        claim_b: the same of the other claim.
    """
    return {
        "arithmetic": _arithmetic(contradiction, claim_a, claim_b),
        "explanation": contradiction["explanation"] or _explanation(contradiction, claim_a, claim_b),
    }


def _arithmetic(row: Row, claim_a: Row, claim_b: Row) -> str:
    a, b = claim_a["value_text"], claim_b["value_text"]
    heads = _heads(row)
    match row["rule_id"]:
        case None:
            return _judged(row["conflict_type"], claim_a, claim_b)
        case "yes_against_no":
            return f"{_yes_or_no(row['stated_value'])} against {_yes_or_no(row['computed_value'])}"
        case "years_differ" if row["plan_fy"] and row["other_plan_fy"]:
            first, second = (f"{row[f'{name}plan_fy']}: {_move(row, name)}" for name in ("", "other_"))
            return f"{a} against {b}; limit of {first}; of {second}"
        case "narrower_scope" if heads:
            share = f"{a} / {heads} = {_rounded(row['computed_value'])}%"
            return share if row["stated_value"] is None else f"{share} against {_rounded(row['stated_value'], 1)}%"
        case "narrower_scope":
            return f"{a} - {a} = 0 left for the bodies that claim A leaves out"
        case "part_exceeds_whole":
            return f"{a} for some of the bodies against {b} for all of them"
        case "posts_against_cut":
            share = row["stated_value"] / sum(_counted(row)) * 100
            return f"{a} / {heads} = {_rounded(share)}%; {b}% of {heads} = {_rounded(row['computed_value'])}"
        case "yearly_against_total":
            years = int(claim_b["period_to_fy"][:4]) - int(claim_b["period_from_fy"][:4]) + 1
            return f"{b} / {years} years = {row['computed_value']:.1f} a year against {a} a year"
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
    return _EXPLANATIONS.get(row["rule_id"]) or _DISJOINT[row["conflict_type"]]


def _judged(kind: str, claim_a: Row, claim_b: Row) -> str:
    """Two claims that a person set against each other: their difference, or both values where they have no unit in
    common.
    """
    if claim_a["unit"] != claim_b["unit"]:
        return f"{claim_a['label']}: {_with_unit(claim_a)} against {claim_b['label']}: {_with_unit(claim_b)}"
    if kind == "period":
        return " against ".join(f"{claim['value_text']} {claim['period']}" for claim in (claim_a, claim_b))
    ends = [(float(_low(claim_a)), float(_low(claim_b))), (float(_high(claim_a)), float(_high(claim_b)))]
    steps = [f"{_rounded(b, 1)} - {_rounded(a, 1)} = {_rounded(b - a, 1)}" for a, b in ends]
    return "; ".join(steps if ends[0][1] - ends[0][0] != ends[1][1] - ends[1][0] else steps[:1])


def _with_unit(claim: Row) -> str:
    if claim["unit"] == "yes = 1, no = 0":
        return _yes_or_no(_low(claim))
    return claim["period"] if claim["unit"] == "financial year start" else f"{claim['value_text']} {claim['unit']}"


def _low(claim: Row) -> float:
    return next(claim[name] for name in ("value_low", "value_central", "value_high") if claim[name] is not None)


def _high(claim: Row) -> float:
    return next(claim[name] for name in ("value_high", "value_central", "value_low") if claim[name] is not None)


def _yes_or_no(value: float) -> str:
    return "yes" if value == 1 else "no"


def _counted(row: Row) -> list[float]:
    return [row[name] for name in ("boards_heads", "nhse_heads", "dhsc_heads") if row[name] is not None]


def _heads(row: Row) -> str:
    heads = " + ".join(map(_rounded, _counted(row)))
    return f"({heads})" if len(_counted(row)) > 1 else heads


def _move(row: Row, name: str, places: int = 1) -> str:
    """From one limit to the other: both, and the difference."""
    before, after = row[f"{name}plan_from_gbp_m"], row[f"{name}plan_to_gbp_m"]
    change = after - before if places else Decimal(_rounded(after - before))
    return f"{_rounded(after, 1)} - {_rounded(before, 1)} = {change:.{places}f}"


def _rounded(value: Decimal | float, places: int = 0) -> str:
    """A number to so many places, halves away from nil, without noughts at its end."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{rounded:f}".removesuffix(".0")


def other_side(contradiction: Row, claim_id: str) -> str:
    """Identifier of the claim it is held against."""
    return contradiction["claim_b"] if contradiction["claim_a"] == claim_id else contradiction["claim_a"]


def in_words(contradiction: Row) -> str:
    """Both claims, the kind, the arithmetic and why, in one line, of a row as :func:`recorded` gives it."""
    kind = contradiction["conflict_type"].replace("_", " ")
    first, second = contradiction["claim_a"], contradiction["claim_b"]
    said = f"{contradiction['arithmetic']}; {contradiction['explanation']}"
    return f"{first} against {second} ({kind}): {said.replace('claim A', first).replace('claim B', second)}"


def is_ruled_out(claim: Row, contradiction: Row) -> bool:
    """Whether its arithmetic rules the claim out."""
    return contradiction["infeasible_claim_id"] == claim["claim_id"]


def is_caveat(contradiction: Row) -> bool:
    """Whether both claims may be true as they are put, so that a reader must know of it and neither loses by it.

    So it is within one text that nothing settles, with another or no base year, with two bounds, and with periods that
    come to the same value; never where arithmetic rules a claim out.
    """
    if contradiction["infeasible_claim_id"] is not None:
        return False
    kind = contradiction["conflict_type"]
    is_same = kind == "period" and contradiction["difference"] == 0
    return kind == "internal" or is_same or contradiction["rule_id"] in _CAVEATS


def of_reading(contradiction: Row, claim_id: str, reading: Collection[str]) -> Row | None:
    """A contradiction as one of the claims of a reading meets it; none where it is about others of them alone.

    Args:
        contradiction: a row of ``evidence.contradiction``.
        claim_id: the claim.
        reading: every claim of its reading, itself included: what one of them meets, all of them meet.
    """
    sides = contradiction["claim_a"], contradiction["claim_b"]
    if claim_id in sides:
        return contradiction
    if all(side in reading for side in sides):
        return None  # It is about how one of them words it.
    names = ("claim_a", "claim_b", "infeasible_claim_id")
    return contradiction | {name: claim_id for name in names if contradiction[name] in reading}


def is_weaker(claim: Row, other: Row, contradiction: Row) -> bool:
    """Whether a claim stands on the weaker side of a contradiction.

    The weaker is the claim that arithmetic rules out; where it is superseded, the earlier; where it is garbled, the
    garbled; else the one of the worse grade, and of two of one grade the one that was tested.

    Args:
        claim: its row of ``evidence.claim``.
        other: the row of the claim on the other side.
        contradiction: a row of ``evidence.contradiction`` about the two.
    """
    kind = contradiction["conflict_type"]
    if contradiction["infeasible_claim_id"] is not None:
        return is_ruled_out(claim, contradiction)
    if kind not in WEAKENING or is_caveat(contradiction):
        return False
    is_tested = contradiction["claim_a"] == claim["claim_id"]
    if kind == "garbled":
        return is_tested
    if kind == "superseded":
        return claim["known_from"] < other["known_from"] or (claim["known_from"] == other["known_from"] and is_tested)
    if claim["claim_grade"] == other["claim_grade"]:
        return is_tested
    return claim["claim_grade"] > other["claim_grade"]
