"""What officers and trainers run: the command line, the page, and the services under both.

:mod:`serve.services` knows nothing of Gradio; only :mod:`serve.ui` and :mod:`serve.app` import it.
"""
