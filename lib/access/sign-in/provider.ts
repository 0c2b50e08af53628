import { isLoopback } from '#lib/platform/environment.ts'

/** Addresses of a provider that a sign-in sends secrets to or trusts. */
const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'] as const
const PATIENCE_MS = 10_000

/** What an issuer says of itself, as far as sign-ins need it. */
export interface DescribedProvider {
  /** null = it has none: what its ID tokens say is all */
  userinfo: string | null
}

/**
 * An issuer's own description, checked before anything is sent to the addresses in it: they must be https, or http on this machine, and the issuer
 * itself.
 * @returns a text: what is wrong with it
 */
export async function describedProvider(issuer: string): Promise<DescribedProvider | string> {
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
 * Who an answer of the provider is about: what its ID token says, completed by userinfo of the same subject where that lacks the address, as OpenID
 * Connect Core 5.4 lets providers do.
 * @param tokens idToken: already verified by signature, issuer, audience and nonce
 * @returns null = nobody: no ID token, or userinfo of somebody else. An access token alone says nothing about who signed in (Core 16.11)
 */
export async function profileOf(
  { userinfo }: DescribedProvider,
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
