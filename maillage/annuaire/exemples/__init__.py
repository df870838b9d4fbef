"""Invented services that show what the directory can say; marked everywhere, counted nowhere."""
