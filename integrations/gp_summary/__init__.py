"""The summary to the GP (epikrise): Epikrise v1.2, HIS 80226:2014, with its own root `Message`, no MsgHead.

The schema itself is not published where we could read it; element order follows the national display
stylesheet and the sibling standard Svarrapport. `read.py` reads as a receiver would and shares no code with
`document.py`, so that the two check each other.
"""
