"""Templates and phrases over HTTP, and the screen they are kept on."""
