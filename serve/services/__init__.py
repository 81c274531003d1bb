"""What the page and the command line do, without either of them."""
