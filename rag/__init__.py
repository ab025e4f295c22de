"""Answers questions over saved pages of papers and shows, for every sentence, the words it rests on."""
