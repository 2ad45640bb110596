"""The screen of identity (identitet) and the wristband, as words and bars."""
