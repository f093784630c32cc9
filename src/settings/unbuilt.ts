// Keys that the design knows and this version does not serve. Silence would be a setting that is believed and not obeyed.

export const unbuilt: Readonly<Record<string, string>> = {
  'trusted-proxies.proxy-protocol':
    'is not built yet: let the proxy send one of the headers of `trusted-proxies.header`',
  'log.require-witness': 'is not built yet: this version sends its checkpoints to no witness',
  'limits.hosted-tools': 'is not built yet: requests with hosted tools are treated as the route table says',
  'limits.remote-content': 'is not built yet: requests with remote content are treated as the route table says',
}
