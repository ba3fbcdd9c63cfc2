"""The doors for browsers: one blueprint for each audience, each with one guard."""
