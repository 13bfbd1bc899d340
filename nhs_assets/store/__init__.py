"""The only door to the data folder: stage a table, read a table, publish a snapshot, open a snapshot."""
