"""What was noticed during an attempt: spans from the browser, shares per minute, flags, the credibility score."""
