"""The judge of programs: what their processes told, in the order of cause and effect, and what that says about them."""
