"""Old name of what is now in :mod:`training.evaluation`; goes with ``training/evaluate.py``."""

from training.evaluation.curves import expected_calibration_error
from training.evaluation.intervals import exhibit_bootstrap, share

__all__ = ["exhibit_bootstrap", "expected_calibration_error", "share"]
