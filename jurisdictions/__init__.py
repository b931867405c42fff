"""The shipped jurisdictions and calendars: data, no code."""
