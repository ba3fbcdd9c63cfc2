"""The attempt: one learner's one go at one exam."""
