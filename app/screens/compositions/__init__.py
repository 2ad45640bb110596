"""Sick notes and referrals on the screen and on paper."""
