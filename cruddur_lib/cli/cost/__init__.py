"""The scripts in bin/cost."""
