"""What can be done about what is signed: correct it, add to it, and delete by the procedure of the law."""
