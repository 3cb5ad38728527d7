"""What a teaching assistant runs: exercises with their reference code, building of notebooks, grading, reports."""
