"""What an ingest and a search cost as the index grows, beside what they are made of; in one run."""
