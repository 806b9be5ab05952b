"""A block of memory: mapped, filled, looked at, and what it holds. Imports the standard library only."""
