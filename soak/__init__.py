"""Long tests, for ``make soak``: what the test suite runs briefly, run at length."""
