"""The addresses of the screens of orders."""
