"""Templates of what the model is asked, and the schema of its answer, as data."""
