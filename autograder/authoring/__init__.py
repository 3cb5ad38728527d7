"""What an author sees of an exercise while writing it."""
