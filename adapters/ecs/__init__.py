"""Rolls a new revision of a task definition out to one service of AWS ECS."""
