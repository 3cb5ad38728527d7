"""From results to what people read: grades.csv, nbgrader's gradebook, feedback for students, a page for the TA."""
