"""Whether the extra `faces` is installed, and where its models lie. Nothing of it is imported for that."""

import importlib.util
from pathlib import Path

#: Two of the four files of face-recognition-models. The 68-point predictor stays unused: its training pictures exclude
#: commercial use.
FILES = ("shape_predictor_5_face_landmarks.dat", "dlib_face_recognition_resnet_model_v1.dat")
PACKAGES = ("dlib", "face_recognition_models", "numpy")


def missing() -> list[str]:
    """The packages and model files that are not there; empty when faces can be compared."""
    absent = [name for name in PACKAGES if importlib.util.find_spec(name) is None]
    folder = model_folder()
    if folder is not None:
        absent += [name for name in FILES if not (folder / name).is_file()]
    return absent


def model_folder() -> Path | None:
    """Where the models lie. The package itself is never imported: it needs what recent setuptools don't have."""
    found = importlib.util.find_spec("face_recognition_models")
    places = list(found.submodule_search_locations or ()) if found else []
    return Path(places[0]) / "models" if places else None
