"""Questions that a lesson asks, and how answers are judged."""
