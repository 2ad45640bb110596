"""Telephone contacts (telefonkontakter): how a call goes on, and how soon calls are answered."""
