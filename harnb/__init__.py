__version__ = "0.2.0"

from .core.compat import understand_old_names

understand_old_names()

from typing import TYPE_CHECKING

if TYPE_CHECKING:   # what `__getattr__` gives
    from .api import (Embeddings, Home, HomeModel, WearableModel, WindowEncoder, Windows, load_home, load_model,
                      load_recordings, train, watch)

_public = ('Embeddings', 'Home', 'HomeModel', 'WearableModel', 'WindowEncoder', 'Windows', 'load_home', 'load_model',
           'load_recordings', 'train', 'watch')


def __dir__(): return sorted([*globals(), *_public])


def __getattr__(name):
    if name not in _public: raise AttributeError(f"module 'harnb' has no attribute '{name}'")
    from harnb import api
    return getattr(api, name)
