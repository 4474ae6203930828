"""What the scripts in bin/cost call."""
