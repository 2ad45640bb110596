"""Codes a site brings (kodeverk): how their files are read, and how they are searched."""
