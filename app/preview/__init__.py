"""What would leave if the doctor signed now, as its receivers would read it."""
