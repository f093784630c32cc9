// H5 and H6: what a proxy's header means. `client` is the address that must be found, `proxy` one that must be found and marked
// as a trusted proxy, `unknown` that none may be. Trusted unless said: 10.0.0.0/8, 192.0.2.0/24, 2001:db8:aa::/48.
export interface ForwardingCase {
  readonly name: string
  readonly peer: string
  /** Values of the configured header, one per field. */
  readonly fields?: readonly string[]
  readonly header?: 'x-forwarded-for' | 'forwarded'
  /** Fields besides, names and values in turn. */
  readonly others?: readonly string[]
  /** Null: no proxy is trusted. */
  readonly trusted?: readonly string[] | null
  readonly client?: string
  readonly proxy?: string
}

const proxy = '10.0.0.1'
const xff = (name: string, fields: string[], result: Partial<ForwardingCase> = {}): ForwardingCase => ({
  name,
  peer: proxy,
  fields,
  ...result,
})
const rfc7239 = (name: string, fields: string[], result: Partial<ForwardingCase> = {}): ForwardingCase => ({
  name,
  peer: proxy,
  header: 'forwarded',
  fields,
  ...result,
})

export const forwardingCases: readonly ForwardingCase[] = [
  // Whom to ask
  { name: 'a peer that is no trusted proxy is the client', peer: '198.18.0.1', client: '198.18.0.1' },
  { name: 'a header of an untrusted peer is ignored', peer: '8.8.8.8', fields: ['1.1.1.1'], client: '8.8.8.8' },
  {
    name: 'with no trusted proxy the peer is the client',
    peer: proxy,
    fields: ['1.1.1.1'],
    trusted: null,
    client: proxy,
  },
  { name: 'an empty list trusts nobody', peer: proxy, fields: ['1.1.1.1'], trusted: [], client: proxy },
  { name: 'a mapped peer is its IPv4 address', peer: '::ffff:8.8.8.8', client: '8.8.8.8' },
  { name: 'a mapped peer matches an IPv4 range', peer: '::ffff:10.0.0.1', fields: ['1.1.1.1'], client: '1.1.1.1' },
  { name: 'a mapped peer in hexadecimal is IPv4 too', peer: '::ffff:808:808', client: '8.8.8.8' },
  { name: 'an IPv6 peer is written one way', peer: '2A00:1450:0:0::0001', client: '2a00:1450::1' },
  { name: 'a peer with a zone id is unknown', peer: 'fe80::1%eth0' },
  { name: 'a peer without an address is unknown', peer: '' },
  {
    name: 'the whole of IPv6 does not trust IPv4',
    peer: '8.8.8.8',
    fields: ['1.1.1.1'],
    trusted: ['::/0'],
    client: '8.8.8.8',
  },
  {
    name: 'the whole of IPv4 does not trust IPv6',
    peer: '2a00::1',
    fields: ['1.1.1.1'],
    trusted: ['0.0.0.0/0'],
    client: '2a00::1',
  },
  { name: 'a proxy that names nobody is itself', peer: proxy, proxy },
  { name: 'an IPv6 proxy is trusted by its range', peer: '2001:db8:aa::1', fields: ['1.1.1.1'], client: '1.1.1.1' },
  { name: 'a neighbour of the range is not', peer: '2001:db8:ab::1', fields: ['1.1.1.1'], client: '2001:db8:ab::1' },
  { name: 'the other header is not read', peer: proxy, others: ['Forwarded', 'for=1.1.1.1'], proxy },
  {
    name: 'the other header is not read beside it',
    peer: proxy,
    fields: ['1.1.1.1'],
    others: [
      'Forwarded',
      'for=2.2.2.2',
      'X-Real-IP',
      '3.3.3.3',
      'True-Client-IP',
      '4.4.4.4',
      'CF-Connecting-IP',
      '5.5.5.5',
    ],
    client: '1.1.1.1',
  },
  // X-Forwarded-For: the walk
  xff('one entry is the client', ['1.1.1.1'], { client: '1.1.1.1' }),
  xff('what the client wrote on the left is not read', ['9.9.9.9, 1.1.1.1'], { client: '1.1.1.1' }),
  xff('rubbish that the client wrote is not read', ['<script>, 1.1.1.1'], { client: '1.1.1.1' }),
  xff('a forged proxy on the left helps nobody', ['9.9.9.9, 10.0.0.9, 1.1.1.1'], { client: '1.1.1.1' }),
  xff('trusted proxies are walked over', ['1.1.1.1, 10.0.0.2, 192.0.2.7'], { client: '1.1.1.1' }),
  xff('a forged entry before a real one stays unread', ['9.9.9.9, 1.1.1.1, 10.0.0.2'], { client: '1.1.1.1' }),
  xff('fields are joined in order', ['9.9.9.9', '1.1.1.1'], { client: '1.1.1.1' }),
  xff('fields are joined before the walk', ['1.1.1.1', '10.0.0.2'], { client: '1.1.1.1' }),
  xff('only trusted proxies: the first of them', ['10.0.0.3, 10.0.0.2'], { proxy: '10.0.0.3' }),
  xff('a client may send a hundred entries', [`${'9.9.9.9, '.repeat(100)}1.1.1.1`], { client: '1.1.1.1' }),
  xff('thirty-two proxies may stand in a row', [`1.1.1.1${', 10.0.0.2'.repeat(31)}`], { client: '1.1.1.1' }),
  xff('more are a loop', [`1.1.1.1${', 10.0.0.2'.repeat(32)}`]),
  // X-Forwarded-For: forms
  xff('blanks and tabs around an entry are nothing', [' \t1.1.1.1 \t'], { client: '1.1.1.1' }),
  xff('a port is stripped', ['1.1.1.1:49152'], { client: '1.1.1.1' }),
  xff('brackets are stripped', ['[2a00::1]'], { client: '2a00::1' }),
  xff('brackets with a port are stripped', ['[2a00::1]:443'], { client: '2a00::1' }),
  xff('a bare IPv6 address is one', ['2a00::1'], { client: '2a00::1' }),
  xff('upper case and zeros are one canonical form', ['2A00:0000:0:0:0:0:0:0001'], { client: '2a00::1' }),
  xff('a mapped entry is IPv4', ['::ffff:1.1.1.1'], { client: '1.1.1.1' }),
  xff('a mapped trusted entry is trusted', ['1.1.1.1, ::ffff:10.0.0.2'], { client: '1.1.1.1' }),
  xff('6to4 around a trusted address is not trusted', ['9.9.9.9, 2002:a00:1::1'], { client: '2002:a00:1::1' }),
  xff('a private client is found, and no more said', ['192.168.1.7'], { client: '192.168.1.7' }),
  xff('an empty field is unknown', ['']),
  xff('an empty entry on the way is unknown', ['1.1.1.1,']),
  xff('an empty entry in the middle is unknown', ['1.1.1.1, , 10.0.0.2']),
  xff('the word unknown is unknown', ['unknown']),
  xff('a name is unknown', ['localhost']),
  xff('octal is unknown', ['0127.0.0.1']),
  xff('hexadecimal is unknown', ['0x7f.0.0.1']),
  xff('a short form is unknown', ['127.1']),
  xff('one number is unknown', ['2130706433']),
  xff('a trailing dot is unknown', ['1.1.1.1.']),
  xff('an octet of 256 is unknown', ['1.1.1.256']),
  xff('a zone id is unknown', ['fe80::1%eth0']),
  xff('a zone id in brackets is unknown', ['[fe80::1%25eth0]']),
  xff('a port without digits is unknown', ['1.1.1.1:']),
  xff('a port above 65535 is unknown', ['1.1.1.1:65536']),
  xff('a port of letters is unknown', ['1.1.1.1:http']),
  xff('an IPv4 address in brackets is unknown', ['[1.1.1.1]']),
  xff('an open bracket is unknown', ['[2a00::1']),
  xff('text after the bracket is unknown', ['[2a00::1]x']),
  xff('quotes are unknown', ['"1.1.1.1"']),
  xff('a range is unknown', ['1.1.1.0/24']),
  xff('a blank inside is unknown', ['1.1.1.1 2.2.2.2']),
  xff('a no-break space is unknown', ['\u00a01.1.1.1']),
  xff('full-width digits are unknown', ['１.1.1.1']),
  xff('two :: are unknown', ['2a00::1::2']),
  xff('nine groups are unknown', ['1:2:3:4:5:6:7:8:9']),
  // Forwarded (RFC 7239)
  rfc7239('one element is the client', ['for=1.1.1.1'], { client: '1.1.1.1' }),
  rfc7239('names of parameters have no case', ['For=1.1.1.1;Proto=https'], { client: '1.1.1.1' }),
  rfc7239('other parameters are passed over', ['by=10.0.0.1;for=1.1.1.1;host=a.example'], { client: '1.1.1.1' }),
  rfc7239('the walk is the same', ['for=9.9.9.9, for=1.1.1.1, for=10.0.0.2'], { client: '1.1.1.1' }),
  rfc7239('fields are joined', ['for=1.1.1.1', 'for=10.0.0.2'], { client: '1.1.1.1' }),
  rfc7239('a quoted IPv6 address', ['for="[2A00::1]"'], { client: '2a00::1' }),
  rfc7239('a quoted IPv6 address with a port', ['for="[2a00::1]:4711"'], { client: '2a00::1' }),
  rfc7239('a quoted IPv4 address with a port', ['for="1.1.1.1:4711"'], { client: '1.1.1.1' }),
  rfc7239('an obfuscated port', ['for="1.1.1.1:_x"'], { client: '1.1.1.1' }),
  rfc7239('an escaped quoted text is the text', ['for="1.1.1\\.1"'], { client: '1.1.1.1' }),
  rfc7239('a hidden client on the left is not read', ['for=_hidden, for=1.1.1.1'], { client: '1.1.1.1' }),
  rfc7239('a hidden client is unknown', ['for="[::1]";for=_x']),
  rfc7239('an obfuscated client is unknown', ['for=_x']),
  rfc7239('unknown is unknown', ['for=unknown']),
  rfc7239('unknown on the way is unknown', ['for=1.1.1.1, for=unknown, for=10.0.0.2']),
  rfc7239('an element without for is unknown', ['proto=https']),
  rfc7239('two for in one element are unknown', ['for=1.1.1.1;for=2.2.2.2']),
  rfc7239('an unquoted port is unknown', ['for=1.1.1.1:80']),
  rfc7239('unquoted brackets are unknown', ['for=[2a00::1]']),
  rfc7239('a quoted IPv6 address without brackets is unknown', ['for="2a00::1"']),
  rfc7239('an open quote is unknown', ['for="1.1.1.1']),
  rfc7239('a quote that would swallow the proxy is unknown', ['for=9.9.9.9;by="', 'for=1.1.1.1']),
  rfc7239('a quote over a quoted element is unknown', ['for=9.9.9.9;by="', 'for="[2a00::1]"']),
  rfc7239('a comma in a quoted text separates nothing', ['for=1.1.1.1;host="a, for=9.9.9.9"'], { client: '1.1.1.1' }),
  rfc7239('blanks around = are unknown', ['for = 1.1.1.1']),
  rfc7239('an empty field is unknown', ['']),
  rfc7239('a trailing comma is unknown', ['for=1.1.1.1,']),
  rfc7239('a trailing semicolon is unknown', ['for=1.1.1.1;']),
  rfc7239('a list as of X-Forwarded-For is unknown', ['1.1.1.1']),
  rfc7239('bytes beyond ASCII are unknown', ['for="1.1.1.1\u00e9"']),
  rfc7239('a hundred elements are read', [`${'for=9.9.9.9, '.repeat(99)}for=1.1.1.1`], { client: '1.1.1.1' }),
]
