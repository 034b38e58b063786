"""Are the parameters what the service's model says?"""
