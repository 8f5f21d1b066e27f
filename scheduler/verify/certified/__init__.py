"""What a certificate proves, recomputed in whole numbers from the problem alone.

Everything here only drops rules: whatever is left out can make the proved bound lower, never wrong. Of every rule that is
kept, the exact sentence is that of `verify.rules`.
"""
