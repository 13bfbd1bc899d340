"""Publishers' files dropped in the inbox: classified, ingested, and the rows that they provide."""
