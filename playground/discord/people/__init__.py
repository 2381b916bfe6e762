"""People of the guild: what they type, press and see."""
