const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])
/** ARM endpoint of the public cloud. */
export const PUBLIC_ARM = 'https://management.azure.com'
const PUBLIC_SCOPE = `${PUBLIC_ARM}/.default`

/**
 * Sign-in hosts of sovereign clouds, which also have their own token audience. Source: Azure documentation, national
 * clouds.
 */
const SOVEREIGN = new Map([
  ['management.usgovcloudapi.net', 'https://login.microsoftonline.us'],
  ['management.chinacloudapi.cn', 'https://login.chinacloudapi.cn'],
])

export interface AzureEndpoint {
  /** address of the endpoint, without a trailing slash */
  url: string
  origin: string
  /** whether the endpoint uses plain http, which is allowed for loopback only */
  plain: boolean
  /** scope for which tokens are requested */
  scope: string
  /** sign-in host; undefined = the default of the identity library */
  authorityHost: string | undefined
}

/**
 * Parses the address of an endpoint.
 * @throws Error if it is not an http(s) URL, or if it is plain http to a host other than loopback
 */
export function readAzureEndpoint(text: string): AzureEndpoint {
  const url = new URL(text)
  const plain = url.protocol === 'http:'
  if (!plain && url.protocol !== 'https:') throw new Error(`${text} is neither https nor http`)
  if (plain && !LOOPBACK.has(url.hostname)) throw new Error(`plain http is for loopback only, not for ${url.hostname}`)
  const authorityHost = SOVEREIGN.get(url.hostname)
  return {
    url: `${url.origin}${url.pathname}`.replace(/(?<!\/)\/+$/, ''),
    origin: url.origin,
    plain,
    scope: authorityHost ? `${url.origin}/.default` : PUBLIC_SCOPE,
    authorityHost,
  }
}
