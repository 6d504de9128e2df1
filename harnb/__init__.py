__version__ = "0.1.0"

from .core.compat import understand_old_names

understand_old_names()
