import { isLoopback } from '#lib/platform/environment.ts'

/** Endpoints of an OpenID Connect provider to which a sign-in sends secrets, or whose data it trusts. */
const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'] as const
const PATIENCE_MS = 10_000

/** Part of an OpenID Connect discovery document that sign-ins need. */
export interface ProviderDescription {
  /** address of the userinfo endpoint; null = the provider has none, so that only the ID token describes the user */
  userinfo: string | null
}

/**
 * Fetches the discovery document of an issuer and checks it before any data is sent to its endpoints. The document must
 * name the same issuer, and its endpoints must use https, or http on this machine.
 * @returns the fault as text if the document cannot be used
 */
export async function fetchProvider(issuer: string): Promise<ProviderDescription | string> {
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
 * Returns the profile of the user who signed in: the claims of the ID token. If these lack the e-mail address, the
 * claims of the userinfo endpoint about the same subject are added (OpenID Connect Core 5.4). An access token is not
 * sufficient, because it does not prove who signed in (Core 16.11).
 * @param tokens idToken: its signature, issuer, audience and nonce are already verified
 * @returns null if there is no ID token, or if userinfo describes another subject
 */
export async function readProfile(
  { userinfo }: ProviderDescription,
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
