"""Bytes and text for the world outside: iCal, CSV, SVG; pure, from and to the model."""
