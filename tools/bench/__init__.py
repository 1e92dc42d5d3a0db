"""`make bench`: what each page costs, at 1,000 and at 100,000 products. See docs/bench.md."""
