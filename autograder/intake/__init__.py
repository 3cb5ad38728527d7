"""From what a learning management system gives to a class that can be graded: who handed in what, and when."""
