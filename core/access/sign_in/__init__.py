"""Signing in (innlogging): slowing, the second factor, passkeys, and the machine one stands at.

Always true: nobody is locked out by time, each attempt is counted before it is checked, and what happens
at the door is logged.
Start reading in `arrive.py`.
"""
