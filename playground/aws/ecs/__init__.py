"""The state and the behaviour of ECS's clusters, services and tasks."""
