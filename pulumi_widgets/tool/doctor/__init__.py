"""`doctor`: is everything set up?"""
