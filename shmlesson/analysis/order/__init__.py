"""What was before what in a run. Knows no verdict: imports what ``analysis`` may, and itself."""
