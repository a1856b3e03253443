"""The inbox, failed sends, the channels, and the address that says whether all is well."""
