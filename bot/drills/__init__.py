"""Drills: the faults that Steward must survive, made on purpose, and a look at what held."""
