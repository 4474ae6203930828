"""The explorer of notebook 05: sliders that show a month's bill by capacity mode."""
