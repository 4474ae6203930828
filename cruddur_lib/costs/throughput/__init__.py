"""What a table serves of its demand under a capacity mode, minute by minute."""
