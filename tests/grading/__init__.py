"""Grading without a sandbox: what is decided on from a notebook and from prepared replies."""
