"""Verbs of the exchange, one file each; what writes or reads Excel is left to the worker."""
