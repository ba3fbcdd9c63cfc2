"""The door of proctors and administrators who sign in here."""
