"""The published tables in other formats, beside the database: Parquet, CSV, an Excel workbook, and a description."""
