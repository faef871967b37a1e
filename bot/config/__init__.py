"""The config file: read, checked and explained."""
