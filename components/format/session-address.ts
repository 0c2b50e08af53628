import type { Session } from '#lib/contract/index.ts'

/** The key of a session. */
export type SessionEnds = Pick<Session, 'scope' | 'localAddress' | 'neighbor'>

/** The two ends as addresses, cards and events write them: `10.0.4.12~10.0.4.4`. */
export const endsOf = ({ localAddress, neighbor }: Omit<SessionEnds, 'scope'>): string => `${localAddress}~${neighbor}`

/** The page of a session. */
export const sessionHref = (session: SessionEnds): string =>
  `/sessions/${encodeURIComponent(session.scope)}/${encodeURIComponent(endsOf(session))}`

/** Reads the ends back; null if the text names none. */
export function readEnds(text: string): { localAddress: string; neighbor: string } | null {
  const [localAddress, neighbor, ...more] = text.split('~')
  return localAddress && neighbor && more.length === 0 ? { localAddress, neighbor } : null
}
