"""What an instructor configured: exams, templates, allowances."""
