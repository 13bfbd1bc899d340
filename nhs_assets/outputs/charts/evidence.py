"""Charts of who says what: claims that conflict, and published headlines recomputed."""

import polars as pl

from nhs_assets.outputs.charts.canvas import Canvas
from nhs_assets.outputs.charts.drawing import Drawing, titled
from nhs_assets.outputs.charts.forms import Range, key, ranges
from nhs_assets.outputs.charts.words import floats, with_unit

SHOWN_HEADLINES = 12


def claims(rows: pl.DataFrame) -> Drawing:
    """Pairs of claims that conflict, each pair on the scale of the first."""
    rows = floats(rows).unique(["measure", "stated_value", "computed_value"], keep="first", maintain_order=True)
    title = f"{len(rows)} times two documents state different values"
    subtitle = "Value of a claim and of the claim it is held against, as a share of the first, with grades of evidence"
    shown, said = [], []
    for row in rows.iter_rows(named=True):
        stated, computed = (with_unit(row[name], row["unit"]) for name in ("stated_value", "computed_value"))
        share = row["computed_over_stated_pct"]
        label = f"{row['measure']} ({row['claim_a']} against {row['claim_b']})"
        marks = [(100.0, "plum", "ring"), (share, "blue", "diamond")]
        text = f"{stated} ({row['grade']}) → {computed} ({row['held_against_grade']})"
        shown.append(Range(label, text, [(min(100, share), max(100, share), "quiet", 2)], marks))
        said.append(f"{label}: {stated}, grade {row['grade']}, against {computed}, grade {row['held_against_grade']}")

    def paint(canvas: Canvas, y: float) -> float:
        y = key(canvas, y, [("ring", "plum", "the claim"), ("diamond", "blue", "what it is held against")])
        return ranges(canvas, y, shown, lambda value: f"{value:.0f}%", [100], height=44, labels=0.36, texts=0.3)

    return Drawing(
        titled(title, "Documents that state different values"), subtitle, f"{subtitle}. {'; '.join(said)}.", paint
    )


def headlines(rows: pl.DataFrame) -> Drawing:
    """Published headlines against what the plans give, those that do not recompute first."""
    rows = floats(rows)
    failed = rows.filter(~pl.col("within_tolerance")).height
    title = f"{len(rows) - failed} of {len(rows)} published headlines recompute"
    shown_rows = rows.filter(~pl.col("within_tolerance")).head(SHOWN_HEADLINES)
    subtitle = "Headlines outside their own rounding: recomputed as a share of published"
    shown, said = [], []
    for row in shown_rows.iter_rows(named=True):
        published, recomputed = (with_unit(row[name], row["unit"]) for name in ("published", "recomputed"))
        share = 100 * row["recomputed"] / row["published"]
        bars = [(min(100, share), max(100, share), "quiet", 2)]
        shown.append(
            Range(
                row["label"], f"{published} → {recomputed}", bars, [(100.0, "plum", "ring"), (share, "blue", "diamond")]
            )
        )
        said.append(f"{row['label']}: published {published}, recomputed {recomputed}")

    def paint(canvas: Canvas, y: float) -> float:
        y = key(canvas, y, [("ring", "plum", "published"), ("diamond", "blue", "recomputed from the plans")])
        return ranges(canvas, y, shown, lambda value: f"{value:.0f}%", [100], height=50, labels=0.46, texts=0.2)

    return Drawing(titled(title, "Published headlines recomputed"), subtitle, f"{subtitle}. {'; '.join(said)}.", paint)
