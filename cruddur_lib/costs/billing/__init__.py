"""What AWS bills, in exact decimals."""
