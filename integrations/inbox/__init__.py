"""What comes to us (innboks) and cannot be placed by the service: on a list until a person has settled it."""
