"""What we share, before a judge of another house: another language, another reading of the specification."""
