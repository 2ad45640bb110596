"""Templates and phrases (maler og fraser): what they propose, and what of it nobody made their own."""
