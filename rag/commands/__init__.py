"""What each command does: flags in, one call of the Assistant, the result to `console` or out as JSON.

`running` gives every command the flags they share, `lines` is the loop behind `--jsonl`. Nothing heavy is imported
before a command runs.
"""
