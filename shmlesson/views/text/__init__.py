"""Events and runs as sentences, contents as text. Imports values, of ``api`` and below; never acts."""
