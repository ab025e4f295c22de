"""What different ways of searching find, on the same index and questions, in one run."""
