"""The Lab, its accounts and callers, its identity providers, and the vendor application."""
