"""The door of teachers and assistants: exams, attempts, the gradebook queue."""
