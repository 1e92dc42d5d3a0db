"""The card payment provider (Stripe). The only place that imports its library; none of its types leave."""
