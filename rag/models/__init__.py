"""Small models that ship with the package, and what runs them."""
