"""QR codes as pieces of SVG that stand in a page: no script, no style, no address of their own."""

import segno
from markupsafe import Markup


def qr_code(text: str) -> Markup:
    """A code of any text up to some hundred characters, with the quiet zone of four modules on white, so that it can
    also be read from a dark page (ISO/IEC 18004, 9.1). The text itself is not in the markup.
    """
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None)
    # Made of numbers by the library; the text is only in the pattern.
    return Markup(drawn)  # noqa: S704
