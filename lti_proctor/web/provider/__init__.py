"""The door of sites that have their exams watched here: the protocol of providers, and the ways of their people."""
