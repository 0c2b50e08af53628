import { isLoopback } from '#lib/platform/environment.mjs'

/** Addresses of a provider that a sign-in sends secrets to or trusts. */
const ENDPOINTS = ['authorization_endpoint', 'token_endpoint', 'userinfo_endpoint', 'jwks_uri'] as const
const PATIENCE_MS = 10_000

/**
 * What is wrong with an issuer's own description, before anything is sent to the addresses in it: they must be https, or http on this
 * machine, and the issuer itself.
 * @returns null = nothing
 */
export async function oidcFault(issuer: string): Promise<string | null> {
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
  if (String(description.issuer ?? '').replace(/\/+$/, '') !== issuer)
    return `${issuer} describes another issuer, ${JSON.stringify(description.issuer)}`
  const plain = ENDPOINTS.find((name) => description[name] !== undefined && !isSafe(description[name]))
  return plain ? `${plain} of ${issuer} is not https` : null
}

function isSafe(address: unknown): boolean {
  if (typeof address !== 'string' || !URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}
