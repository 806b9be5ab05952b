"""What each experiment does in a run's own parent. Imports as all of ``forkserver`` does."""
