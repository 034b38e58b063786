"""The scenarios as pages without code, for a projector and for a phone: `python -m stssim.demo` serves them by Voilà.

`request` waits until a page is asked for, `address` reads what it is to show, `page` makes it, `__main__` serves it.
"""
