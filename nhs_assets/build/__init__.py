"""How a table is made, judged and published; knows nothing of Dagster."""
