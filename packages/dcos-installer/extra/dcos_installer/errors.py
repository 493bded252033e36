"""What a person can act on; anything else that is thrown is a bug."""


class InstallerError(Exception):
    """The lines say what is wrong, one for each mistake."""

    def __init__(self, *lines):
        super().__init__("\n".join(lines))
