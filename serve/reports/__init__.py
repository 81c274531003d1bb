"""The report of a case: its content, its words, its layout and the PDF."""
