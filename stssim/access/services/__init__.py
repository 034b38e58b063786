"""One adapter a service: whose its resources are, their tags and policies, and what stssim answers itself."""
