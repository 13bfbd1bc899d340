"""Publishers' files by download: which addresses, and getting one without trusting the server that answers."""
