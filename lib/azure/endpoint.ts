const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])
/** ARM endpoint of the public cloud. */
export const PUBLIC_ARM_URL = 'https://management.azure.com'
const PUBLIC_SCOPE = `${PUBLIC_ARM_URL}/.default`

/**
 * Sign-in addresses of the clouds that are separate from the public cloud, by the host of their ARM endpoint. In these
 * clouds the scope of a token also differs. Source: Azure documentation, national clouds.
 */
const SOVEREIGN = new Map([
  ['management.usgovcloudapi.net', 'https://login.microsoftonline.us'],
  ['management.chinacloudapi.cn', 'https://login.chinacloudapi.cn'],
])

export interface AzureEndpoint {
  /** URL of the endpoint, without a slash at its end */
  url: string
  origin: string
  /** true if the endpoint uses plain http, which is permitted only for this machine (loopback) */
  plain: boolean
  /** scope for which tokens are requested */
  scope: string
  /** address of the sign-in service; undefined = the default of the identity library */
  authorityHost: string | undefined
}

/**
 * Parses the URL of an ARM endpoint.
 * @throws Error if it is not an http(s) URL, or if it uses plain http to another machine
 */
export function parseAzureEndpoint(text: string): AzureEndpoint {
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
