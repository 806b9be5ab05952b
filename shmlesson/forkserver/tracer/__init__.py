"""How an unchanged program is seen. Imports as all of ``forkserver`` does."""
