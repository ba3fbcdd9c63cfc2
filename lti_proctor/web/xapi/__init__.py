"""The door of an exam's content: the part of an xAPI 1.0.3 record store that a course package needs."""
