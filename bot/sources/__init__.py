"""Where samples and log lines come from."""
