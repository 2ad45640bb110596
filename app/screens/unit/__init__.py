"""Screens of the unit itself (enheten): what those who arrange the ward see and change."""
