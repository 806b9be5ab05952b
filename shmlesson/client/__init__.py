"""The kernel's end of the pipe: the server and its runs. Imports ``analysis`` and what is below it."""
