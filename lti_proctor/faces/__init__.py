"""Compare and search faces behind one small interface; off unless installed and switched on."""
