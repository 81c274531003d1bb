"""Figures of a test: how well trainees tell protected material apart, how sure they are, and what training changed.

Figures only: no database, no page and no sentence a person reads. What is undefined is ``None`` with a reason code,
never NaN. ``docs/exercise-statistics.md`` says what each figure means, where it comes from and how often its interval
holds.
"""
