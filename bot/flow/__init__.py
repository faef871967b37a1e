"""The steps of an incident, one file each, in the order in which they run."""
