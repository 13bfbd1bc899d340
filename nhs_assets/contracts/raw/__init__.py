"""Seeds and publishers' files as read: one module per seed folder. Rules here need one file only."""
