"""The door for programs: REST below /api/v1, and the pages that describe it."""
