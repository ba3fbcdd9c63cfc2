"""What people conclude from an attempt."""
