"""The published tables in other formats, beside the database: CSV, an Excel workbook, and the description of all."""
