"""A vintage that nobody published: every figure in it is made up, so that adding a vintage can be tested."""

from pathlib import Path

import polars as pl
import yaml

from nhs_assets.contracts.registry import contract

VINTAGE = "made_up_2026_11"
SOURCE = "made_up_statement_2026"
KNOWN_FROM = "2026-11-18"
LIMITS = {
    "dhsc_rdel": {"2025-26": "204400.5", "2026-27": "211900.1", "2027-28": "221700.2", "2028-29": "231500.3"},
    "dhsc_cdel": {"2025-26": "13600.1", "2026-27": "14000.2", "2027-28": "13800.3", "2028-29": "14800.4"},
}


def add_vintage(seeds_dir: Path) -> Path:
    """Writes the folder of the made-up vintage, plans and deflator with their origins, and gives its path.

    Nothing is sealed.
    """
    folder = seeds_dir / "vintages" / VINTAGE
    folder.mkdir(parents=True)
    plans = [
        [VINTAGE, fy, line, amount, "0.1", "outturn" if fy == "2025-26" else "plan", "", SOURCE, "made up", "F"]
        for line, limits in LIMITS.items()
        for fy, amount in limits.items()
    ]
    columns = contract("raw.settlement_plan").column_names
    pl.DataFrame(plans, schema=columns, orient="row").write_csv(folder / "settlement_plan.csv")
    _deflator(seeds_dir).write_csv(folder / "gdp_deflator.csv")
    write_origin(
        folder / "settlement_plan.csv",
        document={"source_id": SOURCE, "kind": "budget_document", "evidence_grade": "E"},
        vintage={"label": "Made-up statement", "event": "Nothing happened.", "known_from": KNOWN_FROM},
    )
    write_origin(folder / "gdp_deflator.csv")
    return folder


def write_origin(seed: Path, **blocks: dict[str, str]) -> None:
    """An origin beside a seed, not yet sealed."""
    origin = {
        "publisher": "Nobody",
        "title": "A statement that was never made",
        "description": "Made up for a test.",
        "date_published": KNOWN_FROM,
        "date_accessed": "2026-11-19",
        "url": None,
        "licence": "Not applicable",
        "rows": 0,
        "sha256": "0",
        **blocks,
    }
    text = yaml.safe_dump(origin, sort_keys=False).replace("'", "")
    seed.with_suffix(".origin.yml").write_text(text, encoding="utf-8")


def _deflator(seeds_dir: Path) -> pl.DataFrame:
    """The last published index, with a tenth of a per cent more in the last year."""
    last = pl.read_csv(seeds_dir / "funding" / "gdp_deflator.csv", infer_schema=False).filter(vintage_id="obr_2026_03")
    index = pl.col("index_value").cast(pl.Float64) * pl.when(pl.col("fy") == "2030-31").then(1.001).otherwise(1.0)
    growth = (pl.col("index_value").cast(pl.Float64) / pl.col("index_value").cast(pl.Float64).shift(1) - 1) * 100
    return (
        last.with_columns(index_value=index.round(6).cast(pl.String))
        .with_columns(
            vintage_id=pl.lit(VINTAGE),
            source_id=pl.lit(SOURCE),
            locator=pl.lit("made up"),
            is_forecast=pl.when(pl.col("fy") == "2025-26").then(pl.lit("false")).otherwise("is_forecast"),
            growth_pct=pl.when(pl.col("fy") == "2030-31").then(growth.round(6).cast(pl.String)).otherwise("growth_pct"),
        )
        .select(last.columns)
    )
