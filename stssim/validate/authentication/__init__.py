"""Who is calling? Signatures, access keys, session tokens, web identity tokens, SAML assertions, MFA codes."""
