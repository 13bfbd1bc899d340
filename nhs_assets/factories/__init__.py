"""Turns a description of a table into a Dagster asset. Used by ``defs``; holds no table of its own."""
