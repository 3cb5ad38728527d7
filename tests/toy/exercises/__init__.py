"""What students write in this course, and how it is judged."""
