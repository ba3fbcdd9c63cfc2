"""A program of its own: the first page of the PDF on standard input, as a JPEG on standard output.

Arguments: the most pages, the longest side in pixels. Its exit code is one of `pdf.CODES`.
"""

import io
import sys

import pypdfium2
from pypdfium2 import raw

PASSWORD, LONG, BROKEN = 10, 11, 12


def main(most_pages: int, longest: int) -> int:
    try:
        document = pypdfium2.PdfDocument(sys.stdin.buffer.read())
    except pypdfium2.PdfiumError as error:
        return PASSWORD if getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD else BROKEN
    n_pages = len(document)
    if not 1 <= n_pages <= most_pages:
        return LONG if n_pages else BROKEN
    try:
        page = document[0]
        scale = longest / max(*page.get_size(), 1.0)
        picture = page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB")
    except (pypdfium2.PdfiumError, ValueError):
        return BROKEN
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    sys.stdout.buffer.write(out.getvalue())
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
