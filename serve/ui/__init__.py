"""The page. Only this package and ``serve/app.py`` import Gradio."""
