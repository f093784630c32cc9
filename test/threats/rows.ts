// The closed list of ways past the gate that were thought of beforehand: what is tried, in our words, and the test that shows what
// becomes of it. A row that has no test yet says why.

export interface Row {
  readonly tried: string
  /** A test file under test/, and words of the name of its test, as they stand there. */
  readonly shown: readonly (readonly [file: string, words: string])[]
  /** Why nothing shows it; absent where something does. */
  readonly open?: string
}

const json = 'json/read-json.test.ts'
const read = 'request/read-operation.test.ts'
const bodies = 'request/refused-bodies.test.ts'
const table = 'request/find-route.test.ts'
const head = 'request/read-head.test.ts'
const every = 'request/generated.test.ts'
const parts = 'request/multipart.test.ts'
const framing = 'threats/framing.test.ts'
const http2 = 'threats/http2.test.ts'
const answers = 'threats/answers.test.ts'
const breaks = 'threats/breaks.test.ts'
const headers = 'threats/headers.test.ts'
const token = 'threats/token.test.ts'
const sockets = 'threats/sockets.test.ts'
const parsers = 'threats/parsers.test.ts'
const forwarding = 'http/forwarding.test.ts'
const address = 'location/client-address.test.ts'
const jwt = 'identity/attacks.test.ts'

function row(tried: string, ...shown: readonly (readonly [string, string])[]): Row {
  return { tried, shown }
}
function open(tried: string, why: string): Row {
  return { tried, shown: [], open: why }
}

export const rows: Readonly<Record<string, Row>> = {
  A1: row('one key twice', [json, 'A1 a duplicate key at depth two'], [every, 'a second one is refused']),
  A2: row(
    'a key in escapes',
    [json, 'A2 an escaped key beside the plain one'],
    [every, 'escaped, it is the same name'],
  ),
  A3: row('a key that only looks the same', [read, 'no second reading of'], [bodies, 'A3 another case of a type']),
  A4: row('a key that some reader cuts', [json, 'A4 a lone high surrogate in a key']),
  A5: row('ill-formed UTF-8', [json, 'A5 an encoded surrogate']),
  A6: row('another encoding', [json, 'A6 UTF-16 little endian'], [table, 'takes JSON in UTF-8 alone']),
  A7: row('almost JSON', [json, 'A7 ${name}']),
  A8: row('JSON under another media type', [table, 'takes JSON in UTF-8 alone']),
  A9: row(
    'a media type that parsers split differently',
    [table, 'takes JSON in UTF-8 alone'],
    [head, 'A9 two content types'],
  ),
  A10: row('a content coding', [table, 'takes no content coding']),
  A11: row('a transfer coding', [framing, 'a body whose end two parsers would see in different places']),
  A12: row('a model behind much else', ['http/refusals.test.ts', 'a body over the limit']),
  A13: row(
    'parts that parsers name differently',
    [parts, 'A13: what is refused is told'],
    ['threats/parsers-parts.test.ts', 'every parser finds in the parts'],
  ),
  A14: row('a body of the other kind than it says', ['request/generated-parts.test.ts', "'application/json'"]),
  A15: row('a model that is no text', [every, 'what is no string is refused']),
  A16: row('names of prototypes', [json, 'A16 what was read inherits nothing']),
  A17: row('a body too deep for a recursive reader', [json, 'A17 200 000 deep']),
  A18: row(
    'a body of countless values',
    [json, 'A18 a million items'],
    ['threats/turns.test.ts', 'a long body is read and walked in a turn each'],
  ),
  A19: row(
    'numbers that do not survive',
    [json, 'A19 numbers at the edge'],
    [forwarding, 'the bytes that were read are the bytes'],
  ),
  A20: row('a body where none belongs', [table, 'A20 a body on GET']),
  A21: row(
    'a header in a trailer',
    [framing, 'nothing of a trailer goes on'],
    [token, 'a trailer or a body opens nothing'],
  ),
  A22: row('a body that comes later', [breaks, 'a dripping body is decided only when it is whole']),
  A23: row('an unknown field that chooses', [read, 'a field that could choose a model is refused']),
  A24: row('bytes that another parser takes otherwise', [parsers, 'every parser finds in what was forwarded']),

  B1: row('a second model inside', [every, 'what is named there is decided']),
  B2: row('a name that is nearly one', ['http/refusals.test.ts', 'a look-alike of a model']),
  B3: row('no model at all', [every, 'it is refused'], [bodies, 'B3 fallbacks left to the provider']),
  B4: row('what somebody else stored', [
    'http/stored-responses.test.ts',
    'what one caller made is unknown to every other',
  ]),
  B5: open('a model that was trained here', 'no row of the route table trains or tunes'),
  B6: row(
    'a batch of requests',
    ['http/stored-files.test.ts', 'an embargoed model on line 9 999 closes the whole file'],
    ['http/stored-batches.test.ts', 'one request of a batch that is not permitted, or not read, closes it'],
  ),
  B7: row('what is edited at the provider', [bodies, 'B7 a stored prompt']),
  B8: row(
    'a model in a WebSocket frame',
    [sockets, 'B8 a later frame that names another model is decided'],
    [sockets, 'B8 a frame that two readers could take differently'],
    [sockets, 'B8 a message in pieces'],
    [sockets, 'Gemini’s first message names the model'],
    [every, 'what is named there is decided'],
  ),
  B9: row(
    'another model in the query',
    [table, 'B9 a model in the query'],
    [sockets, 'B8 a session is updated within'],
  ),
  B10: row('another model in the path', [every, 'what is named there is decided']),
  B11: row('a path that nobody knows', [table, 'B11 a new endpoint'], [headers, 'is not one of ours']),
  B12: row('a name in other letters', [every, 'odd, doubled or escaped']),
  B13: row('another model than was asked', [forwarding, 'an answer by another model than was decided']),
  B14: row('tools that run elsewhere', [bodies, 'B14 an MCP tool']),
  B15: row('credentials for a way around', [table, 'B15 client secrets'], [sockets, 'B15 what mints credentials']),
  B16: row('a list that tells too much', ['http/sdk.test.ts', 'models']),
  B17: row('counting as a way to ask', [table, 'the token count']),
  B18: row('fields that choose account or region', [bodies, 'B18 a region']),
  B19: row('a name that is an injection', [read, 'no second reading of'], [headers, 'reaches the model API']),
  B20: row('content that is stored', ['http/stored-files.test.ts', 'its content and what was made of it are unknown']),

  P1: row('dots and escapes in the path', [headers, 'is not one of ours'], [head, 'P1 a double-encoded dot segment']),
  P2: row('a slash inside a name', [head, 'P2 an encoded slash in an id']),
  P3: row('another spelling of a path', [table, 'P3 a trailing slash']),
  P4: row('a path that is rewritten', [table, 'P4 the target that goes upstream']),
  P5: row('a target of another form', [headers, 'a target in another form'], [head, 'P5 absolute form']),
  P6: row('another method', [headers, 'a method that the row does not name']),
  P7: row('a method in a header', [headers, 'reaches the model API']),
  P8: row('a path in a header', [headers, 'reaches the model API']),
  P9: row('a query of two readings', [table, 'P9 a parameter twice']),
  P10: row('an address to be fetched', [bodies, 'P10 a remote image in a chat']),
  P11: row('the admin listener through this one', [headers, 'is not one of ours']),
  P12: row('a path that takes long to read', [headers, 'a target in another form']),

  S1: row('two ends of one body', [framing, 'a body whose end two parsers would see in different places']),
  S2: row('a length of two readings', [framing, 'a length that is no plain number']),
  S3: row('line ends, folds, chunks', [framing, 'line ends, blanks, folds and NULs'], [framing, 'a chunk whose size']),
  S4: row('a second request in the first one’s name', [
    framing,
    'each is decided for the identity that it carries itself',
  ]),
  S5: row(
    'another version of HTTP',
    [framing, 'another version of HTTP than 1.1'],
    [http2, 'headers that would frame or split a request of HTTP/1.1'],
    [http2, 'no framing of the client’s goes on'],
  ),
  S6: row(
    'an upgrade to a tunnel',
    [framing, 'an upgrade that nobody offers stays a request'],
    [sockets, 'S6 what is no WebSocket'],
  ),
  S7: row('an answer before its request', [answers, 'an answer that comes before its request was sent']),
  S8: row(
    'an answer of two readings',
    [answers, 'an answer whose end two parsers'],
    [answers, 'a flood of interim answers'],
  ),
  S9: row('an expectation', [framing, 'neither opens a connection to the model API']),
  S10: row(
    'somebody who goes away',
    [breaks, 'a caller who goes away at any point'],
    [breaks, 'goes away at any point of its answer'],
  ),
  S11: row('an answer split by a header', [answers, 'none that could split it']),
  S12: row('events of two readings', [answers, 'passes byte for byte, or is cut']),
  S13: row('one connection for two callers', [answers, 'never share a connection at one time']),

  H1: row('two credentials', [token, 'two credentials are refused in whatever two places']),
  H2: row('a credential of two readings', [token, 'a credential of another scheme, in quotes']),
  H3: row('headers nominated as of this hop', [headers, 'nominates, overrides or invents']),
  H4: row(
    'headers of our own',
    [headers, 'nominates, overrides or invents'],
    [headers, 'a second time or with an underscore'],
  ),
  H5: row('an invented address', [address, 'change nothing for an untrusted peer']),
  H6: row('an address that cannot be read', [address, 'H5, H6: forwarding headers']),
  H7: row('two hosts', [headers, 'a second time or with an underscore'], [head, 'H7 two hosts']),
  H8: row('headers without end', [headers, 'more headers, or longer ones']),
  H9: row(
    'headers that steer the provider',
    [headers, 'nominates, overrides or invents'],
    [table, 'H9 an unknown beta'],
  ),
  H10: row(
    'the gate’s own key',
    [answers, 'leads elsewhere, switches'],
    ['http/attacks.test.ts', 'own key is not relayed'],
  ),
  H11: row('a browser on another site', [headers, 'a browser on another site']),

  J5: row('a token in another form', [jwt, 'other codings and other serialisations']),
  J6: row(
    'one token in two spellings',
    [token, 'a credential of another scheme, in quotes'],
    [jwt, 'J6: a token has one spelling'],
  ),
  J13: row('a token too long', [token, 'a credential of another scheme, in quotes']),
  J20: row('an answer that tells what was wrong', [token, 'whatever is wrong with a token']),
}
