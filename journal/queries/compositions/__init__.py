"""Sick notes and referrals as they are shown."""
