// Issuer addresses. Plain http is for issuers on this machine alone: whoever sits between could hand out keys.

/** Why an address may not be fetched from, or null. */
export function addressFault(text: string): string | null {
  const url = URL.parse(text)
  if (url === null) return 'is no URL'
  if (url.username !== '' || url.password !== '') return 'holds a user name or password'
  if (url.protocol === 'https:') return null
  if (url.protocol !== 'http:') return 'is neither https nor http'
  return isLoopback(url.hostname) ? null : 'is http to another machine'
}

/** OpenID Connect Discovery 1.0 §4: a closing slash of the issuer is dropped before the path is added. */
export function discoveryAddress(issuer: string): string {
  return `${issuer.endsWith('/') ? issuer.slice(0, -1) : issuer}/.well-known/openid-configuration`
}

/** As WHATWG URL writes hosts: IPv4 in any spelling comes out dotted, IPv6 in brackets. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
