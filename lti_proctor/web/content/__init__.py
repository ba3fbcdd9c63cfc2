"""The door through which the uploaded files of an exam go out."""
