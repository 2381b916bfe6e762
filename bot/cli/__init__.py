"""What the operator types. Each module gives a click command, made with what it needs; ``bot.__main__`` adds them.

Exit codes: 0 good, 1 problems found, 2 a mistake on the command line (click), 78 configuration or token unusable.
"""
