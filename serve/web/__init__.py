"""Pages that need no model and no script: drawn by the program, so they work on any browser and by keyboard."""
