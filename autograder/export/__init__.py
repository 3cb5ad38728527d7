"""Marks and feedback as files that learning management systems take, made from what OUT holds."""
