"""Programs that stand before the machine's own on the PATH of a shim host: systemctl and sudo for one unit."""
