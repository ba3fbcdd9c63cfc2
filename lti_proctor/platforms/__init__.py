"""The LMSs that may launch this tool, their deployments, courses and links, and the tool's own keys."""
