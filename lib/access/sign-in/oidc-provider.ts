import { isLoopback } from '#lib/platform/environment.ts'

/**
 * Members of a provider's discovery document that contain addresses. Peerwatch sends secrets to these addresses or
 * trusts data from them, so they are checked.
 */
const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'] as const
const PATIENCE_MS = 10_000

/** The data from an OpenID Connect provider's discovery document that a sign-in needs. */
export interface OidcProviderDescription {
  /**
   * address of the userinfo endpoint; null = the provider has none, so that all data about the user is in the ID token
   */
  userinfo: string | null
}

/**
 * Fetches the discovery document of an OpenID Connect provider. It is checked before anything is sent to the addresses
 * in it: it must name the same issuer, and all addresses must be https, or http on this machine.
 * @returns the reason as text if the document cannot be used
 */
export async function fetchOidcProvider(issuer: string): Promise<OidcProviderDescription | string> {
  let description: Record<string, unknown>
  try {
    const response = await fetch(`${issuer}/.well-known/openid-configuration`, {
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    })
    if (!response.ok) return `${issuer} answers ${response.status}`
    description = (await response.json()) as Record<string, unknown>
  } catch {
    return `${issuer} does not answer with its description`
  }
  if (String(description.issuer ?? '').replace(/(?<!\/)\/+$/, '') !== issuer)
    return `${issuer} describes another issuer, ${JSON.stringify(description.issuer)}`
  const plain = ENDPOINTS.find((name) => description[name] !== undefined && !isSafe(description[name]))
  if (plain) return `${plain} of ${issuer} is not https`
  return { userinfo: (description.userinfo_endpoint as string | undefined) ?? null }
}

function isSafe(address: unknown): boolean {
  if (typeof address !== 'string' || !URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

/**
 * Returns the data about the user who signed in, which is in the ID token. If the ID token contains no e-mail address,
 * the data from the userinfo endpoint is added, if it is about the same user (OpenID Connect Core 5.4). An access token
 * alone is not sufficient, because it does not prove who signed in (Core 16.11).
 * @param tokens `idToken`: signature, issuer, audience and nonce must already be verified
 * @returns null if there is no ID token, or if the userinfo endpoint returns another user
 */
export async function readOidcProfile(
  { userinfo }: OidcProviderDescription,
  tokens: { idToken?: string | undefined; accessToken?: string | undefined },
): Promise<Record<string, unknown> | null> {
  const claims = claimsOf(tokens.idToken)
  if (typeof claims?.sub !== 'string') return null
  if (typeof claims.email === 'string' || userinfo === null || !tokens.accessToken) return claims
  const response = await fetch(userinfo, {
    headers: { authorization: `Bearer ${tokens.accessToken}` },
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  if (!response.ok) return claims
  const more = (await response.json()) as Record<string, unknown>
  return more.sub === claims.sub ? { ...more, ...claims } : null
}

function claimsOf(idToken: string | undefined): Record<string, unknown> | null {
  const payload = idToken?.split('.')[1]
  return payload ? (JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>) : null
}
