"""Sick notes and referrals: begun, saved, signed, made anew, and handed over on paper."""
