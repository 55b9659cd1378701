"""Stand-ins for outside services, for demonstration and tests. They know nothing of the rest of the project."""
