"""What a WebM file is by its first bytes (EBML header, RFC 8794, section 11.2.4). Pure."""

EBML = b"\x1a\x45\xdf\xa3"
DOC_TYPE = b"\x42\x82\x84webm"
#: The header stands at the very beginning and is short.
HEADER_MAX = 80


def begins(data: bytes) -> bool:
    """Whether bytes begin like a WebM file."""
    return data.startswith(EBML) and DOC_TYPE in data[:HEADER_MAX]
