"""From files to works: pages, records, works, chunks."""
