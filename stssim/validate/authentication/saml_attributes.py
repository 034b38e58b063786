"""Which attributes of a SAML assertion are condition keys, and whether a key has many values.

From the IAM User Guide, "Configure SAML assertions for the authentication response".
"""

from collections.abc import Mapping

_EDU = "urn:oid:1.3.6.1.4.1.5923.1."
_CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
ATTRIBUTE_KEYS: Mapping[str, tuple[str, bool]] = {
    f"{_EDU}1.1.1": ("saml:edupersonaffiliation", True),
    f"{_EDU}1.1.2": ("saml:edupersonnickname", True),
    f"{_EDU}1.1.3": ("saml:edupersonorgdn", False),
    f"{_EDU}1.1.4": ("saml:edupersonorgunitdn", True),
    f"{_EDU}1.1.5": ("saml:edupersonprimaryaffiliation", False),
    f"{_EDU}1.1.6": ("saml:edupersonprincipalname", False),
    f"{_EDU}1.1.7": ("saml:edupersonentitlement", True),
    f"{_EDU}1.1.8": ("saml:edupersonprimaryorgunitdn", False),
    f"{_EDU}1.1.9": ("saml:edupersonscopedaffiliation", True),
    f"{_EDU}1.1.10": ("saml:edupersontargetedid", True),
    f"{_EDU}1.1.11": ("saml:edupersonassurance", True),
    f"{_EDU}2.1.2": ("saml:eduorghomepageuri", True),
    f"{_EDU}2.1.3": ("saml:eduorgidentityauthnpolicyuri", True),
    f"{_EDU}2.1.4": ("saml:eduorglegalname", True),
    f"{_EDU}2.1.5": ("saml:eduorgsuperioruri", True),
    f"{_EDU}2.1.6": ("saml:eduorgwhitepagesuri", True),
    "urn:oid:2.5.4.3": ("saml:cn", True),
    f"{_CLAIMS}name": ("saml:name", False),
    "http://schemas.xmlsoap.org/claims/CommonName": ("saml:commonName", False),
    f"{_CLAIMS}givenname": ("saml:givenName", False),
    f"{_CLAIMS}surname": ("saml:surname", False),
    f"{_CLAIMS}emailaddress": ("saml:mail", False),
    "http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid": ("saml:uid", False),
    "2.5.4.3": ("saml:commonName", False),
    "2.5.4.4": ("saml:surname", False),
    "2.4.5.42": ("saml:givenName", False),
    "2.5.4.45": ("saml:x500UniqueIdentifier", False),
    "0.9.2342.19200300100.1.1": ("saml:uid", False),
    "0.9.2342.19200300100.1.3": ("saml:mail", False),
    "0.9.2342.19200300.100.1.45": ("saml:organizationStatus", False),
}
