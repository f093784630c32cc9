// What a field of HTTP is made of (RFC 9110 §5), as sources of regular expressions over Latin-1.

export const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+"
export const value = '[\\t\\x20-\\x7e\\x80-\\xff]*'
