"""What GitHub's answers look like, one function for each schema of its OpenAPI description."""
