"""The learner's door: one page for each status and step of an attempt."""
