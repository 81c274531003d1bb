"""Exercises that measure how well officers tell tiger parts from look-alikes, before and after a course."""
