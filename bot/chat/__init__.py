"""Where people read and click."""
