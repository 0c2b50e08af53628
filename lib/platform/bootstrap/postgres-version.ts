/**
 * The newest minor release of each major version that was known when this version of Peerwatch was made.
 * https://www.postgresql.org/about/news/ of 2026-08-13: PostgreSQL 18.6, 17.11, 16.15 and 15.19.
 */
const NEWEST = {
  asOf: '2026-08-13',
  minors: new Map([
    [15, 19],
    [16, 15],
    [17, 11],
    [18, 6],
  ]),
}

/** A server's version beside the newest one of its major. */
export interface ServerVersion {
  /** `18.4` */
  running: string
  /** null where none is known, for a major that is newer than this version of Peerwatch */
  newest: string | null
  /** UTC day of that knowledge */
  asOf: string
  /** 0 = none, or not known */
  minorsBehind: number
}

/**
 * @param text of `postgres --version` or `server_version`; what a packager adds is left out
 * @throws if it holds no version
 */
export function judgeVersion(text: string): ServerVersion {
  const [, major, minor] = /(\d+)\.(\d+)/.exec(text) ?? []
  if (major === undefined || minor === undefined) throw new Error(`"${text}" is no version of PostgreSQL`)
  const newest = NEWEST.minors.get(Number(major))
  return {
    running: `${major}.${minor}`,
    newest: newest === undefined ? null : `${major}.${newest}`,
    asOf: NEWEST.asOf,
    minorsBehind: Math.max(0, (newest ?? 0) - Number(minor)),
  }
}

/** What to do about an embedded server that is behind, in one line; null if it is not. */
export function updateAdvice({ running, newest, asOf, minorsBehind }: ServerVersion): string | null {
  if (minorsBehind === 0) return null
  const releases = minorsBehind === 1 ? '1 minor release' : `${minorsBehind} minor releases`
  return `PostgreSQL ${running} is ${releases} behind ${newest} (of ${asOf}) and can't be updated by itself: for its security fixes use a PostgreSQL of your own (docs/operations.md)`
}
