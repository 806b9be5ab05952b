"""Votes that the room sees: learners vote from their notebooks, the teacher opens a question and shows the bars.

A service that JupyterHub manages. ``ballots`` keeps the votes, ``people`` asks the hub who somebody is and how many
are there, ``service`` answers requests, ``page`` makes the projector's page. What they say stands in ``words.toml``.
"""
