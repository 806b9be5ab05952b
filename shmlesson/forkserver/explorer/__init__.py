"""A program in every order of its steps. Imports ``tracer``, and as all of ``forkserver`` does."""
