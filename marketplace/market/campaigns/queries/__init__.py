"""Campaigns for those who plan, check and account for them; scoped by the rule table. The public's view is public.py."""
