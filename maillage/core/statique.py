"""Static files: hashed names and compressed copies where `collectstatic` ran, plain names where it did not."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StatiqueNomme(CompressedManifestStaticFilesStorage):
    """A file nobody collected keeps its own name: pages of a test need no build."""

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        if not self.hashed_files:
            return name
        return super().stored_name(name)
