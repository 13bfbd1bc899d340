"""The mathematics: pure functions from frames to frames, with every policy number passed in as a parameter.

No function here reads a file, opens a database or knows the orchestrator. An argument named after a table, such as
``baseline``, holds rows of that table. ``parameters`` are the dated parameters, or those of a scenario. A function
whose summary starts with the name of a table makes that table.
"""
