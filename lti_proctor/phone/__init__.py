"""A phone as a second camera: its one-time link, its own session, its signs of life and its pictures."""
