"""Dagster's home: run history, orphaned runs, retention and the doctor."""
