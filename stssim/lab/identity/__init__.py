"""Identity providers that a Lab holds: OIDC issuers, SAML identity providers and MFA devices, with real keys.

What these sign is as good as what a provider on the internet signs; only the names are invented. Attacks on them are
built in `stssim.lab.identity.forged_tokens`.
"""
