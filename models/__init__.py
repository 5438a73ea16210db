"""What the numbers mean: the warehouse and the KPIs. Knows no web and no source system."""
