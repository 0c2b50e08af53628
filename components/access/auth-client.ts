/** The reason of a refusal by the sign-in, as a sentence. */
const UNKNOWN = 'Peerwatch could not be reached from this browser.'

/**
 * Sends to the sign-in. It answers in words of its own.
 * @throws Error whose message can be shown
 */
export async function sendAuth<Body>(path: string, body: unknown): Promise<Body> {
  let response: Response
  try {
    response = await fetch(`/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  } catch {
    throw new Error(UNKNOWN)
  }
  const answer = (await response.json().catch(() => null)) as { message?: string; detail?: string } | null
  if (response.ok) return answer as Body
  throw new Error(answer?.detail ?? answer?.message ?? `Peerwatch answered with ${response.status}.`)
}

/**
 * Where to go after signing in: a page of ours, never another site.
 * @param wanted `next` of the address
 */
export function ownPage(wanted: string | null | undefined): string {
  if (!wanted?.startsWith('/') || !URL.canParse(wanted, 'http://here')) return '/'
  const { origin, pathname, search, hash } = new URL(wanted, 'http://here')
  if (origin !== 'http://here' || pathname.startsWith('//') || pathname.startsWith('/sign-in')) return '/'
  return pathname + search + hash
}

/**
 * The same page at the address at which people sign in; null where the page is open at such a one.
 * @param origins the one to lead to first
 * @param address of the page
 */
export function pageElsewhere(
  [first, ...others]: readonly [string, ...string[]],
  address: string,
): { here: string; href: string } | null {
  const { origin, pathname, search, hash } = new URL(address)
  if (origin === first || others.includes(origin)) return null
  return { here: origin, href: `${first}${pathname}${search}${hash}` }
}
