"""Critical information and medicines as the page shows them, with source and age."""
