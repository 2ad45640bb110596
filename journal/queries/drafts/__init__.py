"""The draft that doctors share (felles kladd), as pages and windows read it."""
