"""Business meetings and exhibitions: who comes, when they meet, what is printed."""
