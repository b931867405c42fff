"""The words of the language in other tongues: a table of phrases, how a text in them is read, and how one is written."""
