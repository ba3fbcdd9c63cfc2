"""Addresses of others that are told what happens here."""
