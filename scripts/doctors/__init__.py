"""Two doctors who write in one encounter at the same time; `scripts/two_doctors` starts them."""
