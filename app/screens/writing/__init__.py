"""Templates and phrases on the screen where they are kept."""
