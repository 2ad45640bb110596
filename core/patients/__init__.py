"""Patients and encounters (pasienter og kontakter): who is here, and the one state machine of a visit.

Always true: an open encounter has exactly one status, and a patient is read only through `open_record.py`.
"""
