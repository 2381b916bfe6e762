"""What can be typed, pressed and reacted: one file per verb. No rule, no SQL, no SDK in here."""
