"""Deploys to ECS: what a team's pipeline would wait with, and Slipway, beside each other on one imitation of AWS."""
