"""On what ground of law the record is opened, sent and deleted (hjemler): data with periods, not code."""
