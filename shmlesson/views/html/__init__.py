"""Static pictures, drawn from values. Imports ``views.text``, and what that may; never acts."""
