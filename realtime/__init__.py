"""Pushes changes to screens (sanntid); knows topics and frames, not medicine.

Always true:
* `seq` rises by one per frame of a topic; a screen that sees a gap knows it and resumes.
* Nobody waits for anybody: each screen has its own bounded queue and sender, and a slow one is cut (4008).
* A beat every five seconds carries how many encounters are open, so that a screen can prove itself complete.

Start reading in `hub.py`.
"""
