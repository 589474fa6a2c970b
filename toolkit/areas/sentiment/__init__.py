"""Sentiment surveys: what do the team, the customers and the vendor say, and how sure is that?"""
