"""What the learner and those who watch over the exam write to each other (add-on `chat`)."""
