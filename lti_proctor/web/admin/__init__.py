"""Pages of the site's administrators."""
