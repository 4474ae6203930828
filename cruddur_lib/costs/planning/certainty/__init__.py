"""The certainty of a plan."""
