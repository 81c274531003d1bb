"""Cases that stand: originals byte for byte, every change an event, every event chained to the one before it."""
