"""Seeded instances, measurements and examples; ordinary problem files, no part of the product."""
