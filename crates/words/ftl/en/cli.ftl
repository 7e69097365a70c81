# What the commands without a window print.

# The line before a locale is named in lists.
cli-language = English
