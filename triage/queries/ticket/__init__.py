"""What a patient's own link shows (kølappens side), and the page a ticket is printed from.

Start in `place.py`. Two things always hold: nothing of anybody else is here but a count, and nothing of the
patient but number, arrival, place and call.
"""
