"""Dagster objects only: each module wires one schema, and what runs them."""
