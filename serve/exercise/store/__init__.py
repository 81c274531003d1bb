"""The database of exercises, classes and answers: its own, because a class can be deleted for good."""

from serve.exercise.store.store import ExerciseStore, default_exercises

__all__ = ["ExerciseStore", "default_exercises"]
