"""Ordering, carrying out, answering and having seen the answer (bestille, utføre, svare, sett av)."""
