"""How a unit uses scales (bruk av skala): which it has chosen, what they are asked, and how far two agree."""
