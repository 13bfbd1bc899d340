"""Settlement, overspend and savings tables for the NHS redundancy deal, from seeds to a published snapshot."""
