"""How an unchanged program is seen: hooks report what it does. May import ``memory``, ``wire`` and the folder above."""
