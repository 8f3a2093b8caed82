"""How they move: file readers and writers, built-in tasks."""
