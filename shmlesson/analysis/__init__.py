"""What a trace means: what came before what, and what went wrong. Imports ``trace``, ``wire``, ``memory``."""
