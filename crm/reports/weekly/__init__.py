"""The managers' report: its figures, the rows behind them, its words, its files (RP-09)."""
