"""An autograder for Gradescope: the zip to upload, and what runs in Gradescope's container.

The modules of the container (`in_container`, `results`, `submitted`) import nothing that only the zip's maker needs.
"""
