"""Streaming detectors over columns of samples. A leaf: numpy only; no clock, no network, no logging."""
