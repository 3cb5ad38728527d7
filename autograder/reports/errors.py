"""What a command says in one line when something that OUT holds can't be read or written."""


class OutError(Exception):
    """Something of OUT can't be read or written; the text is one line that says what, and what to do."""
