"""Runs one SELECT over Parquet inputs into one Parquet output."""
