"""What a notebook calls, and the values that come back. Imports ``client`` and what is below it."""
