"""What is written from results: rows, names, pages and the gradebook."""
