"""What a site brings (egen skala): form and own test cases are checked before use."""
