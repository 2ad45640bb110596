"""Sick notes and referrals over HTTP, and the page they are written and printed on."""
