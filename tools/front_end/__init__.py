"""The types of the front end's JavaScript, checked by TypeScript: it is downloaded once, pinned by a lock file."""
