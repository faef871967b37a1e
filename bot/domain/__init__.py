"""Pure rules over frozen values. Nothing here waits, reads a clock or touches the outside."""
