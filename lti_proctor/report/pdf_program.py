"""A program of its own: a PDF on standard output, of the page that stands as JSON on standard input.

    {"html": …, "css": …, "assets": {"photo-12.jpg": ["image/jpeg", base64]}}

The page gets what `assets` names, below `report:`, and nothing else: no file and no network.
"""

import base64
import json
import sys

from weasyprint import CSS, HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

#: PDF/UA-1 (ISO 14289-1): tagged, with language and titles.
VARIANT = "pdf/ua-1"
SCHEME = "report:"


class OnlyAssets(URLFetcher):
    def __init__(self, assets: dict[str, list[str]]) -> None:
        super().__init__(allowed_protocols=("report",))
        self.assets = assets

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """Whatever else is asked for ends the program: nothing of ours does."""
        found = self.assets.get(url.removeprefix(SCHEME)) if url.startswith(SCHEME) else None
        if found is None:
            raise FatalURLFetchingError(url)
        media_type, data = found
        return URLFetcherResponse(url, base64.b64decode(data), {"Content-Type": media_type})


def main() -> int:
    given = json.load(sys.stdin.buffer)
    fetcher = OnlyAssets(given["assets"])
    page = HTML(string=given["html"], base_url=SCHEME, url_fetcher=fetcher)
    sheet = CSS(string=given["css"], base_url=SCHEME, url_fetcher=fetcher)
    sys.stdout.buffer.write(page.write_pdf(stylesheets=[sheet], pdf_variant=VARIANT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
