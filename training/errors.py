"""What goes wrong in training. Apart from the network, so that commands which need no torch do not wait for it."""


class TrainingError(Exception):
    """Training cannot go on; the message says what was wrong, what was expected and the remedy."""
