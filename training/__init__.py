"""From labelled photos to a released bundle: what maintainers run. Needs the ``train`` extra (torch)."""

import os

# albumentations asks a package index for its newest version at import unless told not to.
os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"
