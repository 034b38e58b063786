"""One adapter a service: what stssim answers for it itself, where moto has no answer or not AWS's."""
