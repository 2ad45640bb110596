"""The addresses of the record after signing: history, corrections, addenda and deletion."""
