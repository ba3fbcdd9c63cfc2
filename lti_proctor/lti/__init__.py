"""The LTI boundary: the only package that knows the wire formats of LTI, and the only one that imports PyLTI1p3."""
