"""What is kept of an attempt, and the learner's consent to it."""
