// What the parser says of a text that is no YAML, in plain words: where it stopped, and what to do there.
import { YAMLException } from 'js-yaml'

const openBefore = 'a `[`, `{` or quote is open before this: close it, or indent what goes on in further lines'
const noKey = 'this is neither a key nor a value: a key ends in `:`, a value in further lines is indented deeper'

/** By the parser's own words. */
const sentences: Readonly<Record<string, string>> = {
  'tab characters must not be used in indentation': 'a tab stands in the indentation: indent with blanks',
  'deficient indentation': openBefore,
  'bad indentation of a mapping entry':
    'the value ends before this: quote it if it is one text, or set a key in line with the other keys of its map',
  'bad indentation of a sequence entry': 'this belongs to no item of the list: set it in line with the other `-`',
  'end of the stream or a document separator is expected':
    'this belongs to nothing above it: set it in line with the other keys',
  "expected ':' after a mapping key": noKey,
  'can not read a block mapping entry; a multiline key may not be an implicit key': noKey,
  'a whitespace character is expected after the key-value separator within a block mapping':
    'a blank must stand behind the `:` of a key',
  'missed comma between flow collection entries': 'a comma or the closing bracket is missing before this',
  "expected the node content, but found ','": 'nothing stands before this comma: take the comma out',
  'unexpected end of the stream within a flow collection': openBefore,
  'unexpected end of the stream within a single quoted scalar': openBefore,
  'unexpected end of the stream within a double quoted scalar': openBefore,
  'unexpected end of the document within a single quoted scalar': openBefore,
  'unexpected end of the document within a double quoted scalar': openBefore,
  'unknown escape sequence': 'there is no such escape in double quotes: use single quotes, or write `\\\\` for `\\`',
}

/** By what stands where the parser stopped, where that says more. */
const byCharacter: Readonly<Record<string, string>> = {
  ':': 'a `:` with a blank behind it ends a key: quote a text that holds it',
  '%': 'a text cannot begin with `%`: quote it',
  '@': 'a text cannot begin with `@`: quote it',
  '`': 'a text cannot begin with a backtick: quote it',
  ']': 'the closing bracket must be indented deeper than the key of its list',
  '}': 'the closing bracket must be indented deeper than the key of its map',
}

interface SyntaxFault {
  readonly offset: number
  readonly code: 'too-deep' | 'syntax'
  readonly message: string
}

/** Takes whatever the parser threw. `depth`: at which it stops. */
export function syntaxFault(thrown: unknown, text: string, depth: number): SyntaxFault {
  if (!(thrown instanceof YAMLException)) {
    return { offset: 0, code: 'syntax', message: `the file cannot be read: ${String(thrown)}` }
  }
  const { reason } = thrown
  const offset = thrown.mark?.position ?? 0
  if (reason.startsWith('nesting exceeded')) {
    return { offset, code: 'too-deep', message: `nested deeper than ${depth} levels` }
  }
  return { offset, code: 'syntax', message: sentenceFor(reason, text, offset) }
}

function sentenceFor(reason: string, text: string, offset: number): string {
  const sentence = sentences[reason] ?? reason
  const character = text.charAt(offset)
  const isOpen = sentence === openBefore
  if (isOpen && text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset).includes('\t')) {
    return 'a tab stands in this line: write blanks'
  }
  const isBracket = character === ']' || character === '}'
  if (reason !== 'bad indentation of a mapping entry' && !(isOpen && isBracket)) return sentence
  return byCharacter[character] ?? sentence
}
