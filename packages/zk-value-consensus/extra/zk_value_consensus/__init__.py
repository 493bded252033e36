"""Lets any number of machines agree on one value, with ZooKeeper as the place where the first to come is heard."""
