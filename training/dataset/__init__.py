"""From a folder of labelled seizures to rows that can be trusted, split without leaks, and argued about."""
