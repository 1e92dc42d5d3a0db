"""What two sides promised each other, from the stand to the money."""
