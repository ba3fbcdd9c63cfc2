"""The name on an identity document: read, compared with the learner's, and left to people where it is not clear."""
