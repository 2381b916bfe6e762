"""What stands in for systemd on a shim host: one unit, on disk, and a supervisor that runs it."""
