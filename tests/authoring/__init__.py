"""What an author sees of an exercise."""
