"""May the caller do this? The permissions that a call needs, the condition keys that it has, the decision."""
