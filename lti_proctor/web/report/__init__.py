"""The report of an attempt as a page, made of the same templates for those who review and for the learner."""
