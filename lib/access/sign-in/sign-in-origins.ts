/**
 * Where people sign in: cookies and the provider's answer are for one origin, and on loopback for the other names of the same machine,
 * because people type localhost for 127.0.0.1.
 * @param address PUBLIC_URL, or where the web listens
 * @returns the one to name first
 */
export function signInOrigins(address: string): [string, ...string[]] {
  const { origin, protocol, hostname, port } = new URL(address)
  const loopback = ['localhost', '127.0.0.1', '[::1]']
  const others = loopback.includes(hostname) ? loopback.filter((name) => name !== hostname) : []
  return [origin, ...others.map((name) => `${protocol}//${name}${port && `:${port}`}`)]
}

/** What to say to a page of another origin; null where it may sign people in, or is no page of a browser. */
export function signInElsewhere(
  [first, ...others]: readonly [string, ...string[]],
  asked: string | null,
): string | null {
  if (asked === null || asked === first || others.includes(asked)) return null
  return `People sign in at ${first}, and not at ${asked}: open ${first}/sign-in. PUBLIC_URL is the address that people use.`
}
