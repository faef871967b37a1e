"""What Steward can do to a target, and the rules that keep it safe. A leaf: it knows nothing of the bot."""
