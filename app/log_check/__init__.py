"""What is signed is tied into the access log, and `legevakt verify-log` finds what was altered since."""
