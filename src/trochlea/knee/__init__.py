"""The kneecap: geometry, tissue, contact, equilibrium, tracking."""
