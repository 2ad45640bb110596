"""Critical information and medicines in words."""
