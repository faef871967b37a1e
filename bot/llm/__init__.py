"""The local model's client."""
