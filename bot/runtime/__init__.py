"""What keeps the process going: tasks, clock, schedule, signals, logs."""
