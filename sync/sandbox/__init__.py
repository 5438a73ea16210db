"""The simulated source systems and the invented firm they tell of."""
