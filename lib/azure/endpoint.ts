const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost'])
/** ARM of the public cloud. */
export const PUBLIC_ARM = 'https://management.azure.com'
const PUBLIC_SCOPE = `${PUBLIC_ARM}/.default`

/** Sovereign clouds have an audience and a sign-in host of their own. Source: Azure documentation, national clouds. */
const SOVEREIGN = new Map([
  ['management.usgovcloudapi.net', 'https://login.microsoftonline.us'],
  ['management.chinacloudapi.cn', 'https://login.chinacloudapi.cn'],
])

export interface AzureEndpoint {
  /** without a trailing slash */
  url: string
  origin: string
  /** plain http, which is for loopback only */
  plain: boolean
  /** what a token is asked for */
  scope: string
  /** where to sign in; undefined = the identity library's own default */
  authorityHost: string | undefined
}

/**
 * Reads an endpoint's address.
 * @throws if it is no http(s) URL, or plain http to another host than loopback
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
