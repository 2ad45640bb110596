"""Sick notes and referrals (sykmelding, henvisning): what they say, and what is missing before signing."""
