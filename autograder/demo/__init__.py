"""A sample class: submissions that are right, wrong in known ways, broken and hostile. Tests use the same makers."""
