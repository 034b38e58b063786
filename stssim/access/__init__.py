"""What the credentials are good for: the mock cloud, behind the gate. Only this room knows moto."""

from stssim.access.serving import serve

__all__ = ["serve"]
