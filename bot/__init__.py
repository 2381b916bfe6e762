"""Slipway's inside: what a deploy is, who may, what is remembered and shown."""
