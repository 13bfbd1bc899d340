"""Charts of published tables: one SELECT in ``sql/figures`` and one function here for each."""
