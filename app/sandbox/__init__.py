"""The receiving side for demonstration and tests (sandkasse): carrier, GP's system and shared record.

It reads what we send with the receiver's eyes, shows it as a GP would see it, answers with real receipts,
and misbehaves on request. It keeps its memory in a file, so a restart of both sides tells the truth.
"""
