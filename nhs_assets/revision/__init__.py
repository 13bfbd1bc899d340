"""What changed between two sets of tables, why, and how much of each conclusion's move each changed input explains."""
