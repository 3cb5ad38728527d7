"""Work that two students share: the same hand-in, the same rare wrong values, or code of the same structure."""
