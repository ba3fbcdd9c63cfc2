"""The exam itself: its files where they lie here, and what it remembers and reports of each attempt (xAPI)."""
