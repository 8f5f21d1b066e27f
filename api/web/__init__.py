"""The page: templates, texts in two languages, static files."""
