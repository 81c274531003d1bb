"""What a bundle does on pictures it never saw: figures with counts and intervals, and one HTML report about them."""
