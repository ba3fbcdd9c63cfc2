"""Where templates and static files lie in the repository."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static" / "sandbox"
QUIZ = STATIC / "quiz"
SHARED_CSS = ROOT / "static" / "css"
