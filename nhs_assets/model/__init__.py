"""The mathematics: pure functions from frames to frames, with every policy number handed in as a parameter.

No function here reads a file, opens a database or knows the orchestrator.
"""
