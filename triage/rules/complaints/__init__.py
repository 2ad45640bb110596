"""What people come with (kontaktårsaker): words, the signs that go with them, and what is common here."""
