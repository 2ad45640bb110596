"""The registers are away for an hour of the evening: the ward goes on, and all is filled in afterwards."""
