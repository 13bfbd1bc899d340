"""Ground that every room stands on: files, locks, scratch folders, YAML, quoting and errors."""
