"""The phone that is a second camera: a door of its own, with a session that opens nothing else."""
