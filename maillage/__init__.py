"""Maillage: runs a convention territoriale globale and its public directory."""
