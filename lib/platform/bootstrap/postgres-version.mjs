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

/**
 * A server's version beside the newest one of its major.
 * @typedef {object} ServerVersion
 * @property {string} running `18.4`
 * @property {string | null} newest null where none is known, for a major that is newer than this version of Peerwatch
 * @property {string} asOf UTC day of that knowledge
 * @property {number} minorsBehind 0 = none, or not known
 */

/**
 * @param {string} text of `postgres --version` or `server_version`; what a packager adds is left out
 * @returns {ServerVersion}
 * @throws if it holds no version
 */
export function judgeVersion(text) {
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

/**
 * What to do about an embedded server that is behind, in one line; null if it is not.
 * @param {ServerVersion} version
 * @returns {string | null}
 */
export function updateAdvice({ running, newest, asOf, minorsBehind }) {
  if (minorsBehind === 0) return null
  const releases = minorsBehind === 1 ? '1 minor release' : `${minorsBehind} minor releases`
  return `PostgreSQL ${running} is ${releases} behind ${newest} (of ${asOf}) and can't be updated by itself: for its security fixes use a PostgreSQL of your own (docs/operations.md)`
}
