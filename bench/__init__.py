"""Speed measured side by side: each comparison runs its contestants in turn, on the same machine, in one go."""
