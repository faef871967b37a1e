"""The sandbox of `steward demo`: a small real shop of separate local processes, and the faults it can be given."""
