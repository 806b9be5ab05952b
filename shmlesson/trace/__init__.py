"""The facts of one run: what each process did, without a judgement. Imports ``wire`` and ``memory``."""
