"""What people read: the summary of a refresh, the data dictionary, answers to queries."""
