"""What each table is: the only place where a column is named, typed, described and given a unit."""
