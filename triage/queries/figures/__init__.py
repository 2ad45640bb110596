"""How it goes (nøkkeltall): figures for those who answer for the ward."""
