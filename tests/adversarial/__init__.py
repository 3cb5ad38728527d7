"""Submissions that attack the grader, by the classes of what they try: the number in a test's name is the class."""
