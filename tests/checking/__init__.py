"""What a check or a grade decides on from outcomes and values."""
