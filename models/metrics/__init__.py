"""The KPIs and the questions one can ask of them."""
