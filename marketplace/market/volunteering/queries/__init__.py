"""Volunteers and appointments for those who may see them; scoped by the rule table."""
