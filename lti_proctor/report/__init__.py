"""The report of an attempt: one plain piece of data behind the page, the PDF, the ZIP and the JSON."""
