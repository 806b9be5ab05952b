"""What went wrong in a run, in words. Imports ``analysis.order``, and what ``analysis`` may."""
