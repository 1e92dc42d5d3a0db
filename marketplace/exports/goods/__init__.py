"""What travels: how much may, how it is packed, how long it keeps."""
