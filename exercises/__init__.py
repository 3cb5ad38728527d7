"""The course's exercises: a package for each notebook, a module for each exercise."""
