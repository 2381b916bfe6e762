"""What crosses the wire: signatures, the two protocols, the door."""
