"""Handing over (overlevering), and what is a doctor's own before the shift ends."""
