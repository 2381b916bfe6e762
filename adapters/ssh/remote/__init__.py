"""The program that runs on the host: standard library only, Python >= 3.8, git >= 2.30.

Shipped as one zip file of exactly these modules, stored on the host under its SHA-256 and checked before each use.
It is asked by one JSON object on stdin and answers with one line; what it reports are facts, the bot judges them.
"""
