"""The shells around the line: read files, call it, show the result."""
