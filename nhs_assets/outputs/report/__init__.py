"""The report of a version: one page that people read, with its pictures, data and cards of figures beside it."""
