"""The fork server: a small, clean, single-threaded Python in whose tree every fork happens. Standard library only."""
