"""Charts of who says what: claims that conflict, and published headlines recomputed."""

import polars as pl

from nhs_assets.outputs.charts.canvas import Canvas
from nhs_assets.outputs.charts.drawing import Drawing, titled
from nhs_assets.outputs.charts.forms import Range, key, ranges
from nhs_assets.outputs.charts.words import floats, with_unit

SHOWN_HEADLINES = 12


def claims(rows: pl.DataFrame) -> Drawing:
    """Claims that an official figure contradicts, each on the scale of that."""
    rows = floats(rows)
    title = f"{len(rows)} claims differ from official figures"
    subtitle = "Value of a claim as a share of the official figure that it is held against, with grades of evidence"
    shown, said = [], []
    for row in rows.iter_rows(named=True):
        claim, reference = (with_unit(row[name], row["unit"]) for name in ("claim_value", "reference_value"))
        share = row["claim_over_reference_pct"]
        label = f"{row['measure']} ({row['claim_id']} against {row['reference_id']})"
        marks = [(100.0, "blue", "diamond"), (share, "plum", "ring")]
        text = f"{claim} ({row['claim_grade']}), official {reference} ({row['reference_grade']})"
        shown.append(Range(label, text, [(min(100, share), max(100, share), "quiet", 2)], marks))
        said.append(f"{label}: {text}")

    def paint(canvas: Canvas, y: float) -> float:
        y = key(canvas, y, [("ring", "plum", "the claim"), ("diamond", "blue", "the official figure")])
        return ranges(canvas, y, shown, lambda value: f"{value:.0f}%", [100], height=44, labels=0.36, texts=0.3)

    return Drawing(titled(title, "Claims against official figures"), subtitle, f"{subtitle}. {'; '.join(said)}.", paint)


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
