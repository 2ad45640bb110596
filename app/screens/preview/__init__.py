"""The page that shows what would leave."""
