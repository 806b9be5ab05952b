"""Live pictures and controls; what acts is passed in. Imports ``views.html`` and what is below it."""
