"""Publishers' files dropped in the inbox: what each is, what becomes of it, and the rows that it serves."""
