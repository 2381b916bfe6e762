"""Measurements, side by side in one run, of Slipway and what a team would use instead. Never part of the tests."""
