"""From saved files to records and works."""
