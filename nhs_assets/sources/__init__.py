"""Publishers' files and seeds to tidy Polars frames."""
