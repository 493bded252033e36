"""What a person can act on; anything else that is thrown is a bug."""


class PkgpandaError(Exception):
    """Something that was asked for cannot be done; the text says what and why."""


class ValidationError(PkgpandaError):
    """An id, a package, or a set of packages that is not as it must be."""
