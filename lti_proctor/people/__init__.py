"""Persons, how the LMSs call them, how they sign in, and what they may do."""
