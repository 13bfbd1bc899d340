"""Numbers as charts print them."""

import polars as pl

from nhs_assets.outputs.sentences import rounded

MINUS = "−"


def gbp_m(amount: float) -> str:
    """£ million, whole: "£1,111m"; nothing is "£0"."""
    if rounded(amount) == 0:
        return "£0"
    return f"{MINUS if rounded(amount) < 0 else ''}£{abs(rounded(amount)):,}m"


def gbp_bn(amount_gbp_m: float, places: int = 1) -> str:
    """£ million as £ billion: "£1.1bn"; nothing is "£0"."""
    amount = rounded(amount_gbp_m / 1000, places)
    return "£0" if amount == 0 else f"{MINUS if amount < 0 else ''}£{abs(amount):,}bn"


def signed(text: str) -> str:
    """An amount with its sign, which zero has not."""
    return text if text.startswith(MINUS) or text.strip("£m0.%bn") == "" else f"+{text}"


def count(number: float) -> str:
    """A whole number: "16,981"."""
    return f"{rounded(number):,}".replace("-", MINUS)


def number(value: float) -> str:
    """A number to three significant digits or the whole: "0.218", "12.5", "18,000"."""
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    text = f"{rounded(value, places):,}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).replace("-", MINUS)


def with_unit(value: float, unit: str) -> str:
    """A value with its unit as people write it."""
    match unit:
        case "£m" | "£m a year":
            return gbp_m(value)
        case "£" | "£ a year" | "£ an exit":
            return f"£{count(value)}"
        case "share":
            return f"{rounded(value * 100, 0 if value >= 0.1 else 1)}%"
        case "%" | "% a year":
            return f"{rounded(value, 2 if abs(value) < 10 else 0)}%"
        case "ratio":
            return number(value)
    return f"{number(value)} {unit}"


def span(low: float, high: float, unit: str) -> str:
    """A range, with its unit once where that is a word."""
    first, last = with_unit(low, unit), with_unit(high, unit)
    return f"{first.removesuffix(f' {unit}')} to {last}"


def floats(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with decimals as floats, which is what places on a picture are worked out from."""
    return rows.with_columns(pl.col(pl.Decimal).cast(pl.Float64))
