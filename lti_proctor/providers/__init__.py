"""Proctoring providers: the contract, those that are built in, and what passes between them and an attempt."""
