"""What `make demo` and the life tests stand on: a local Discord, its page and demo targets. Imports nothing of ours."""
