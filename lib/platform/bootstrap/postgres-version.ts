/**
 * Releases with security fixes, newest first, of the major versions that are supported, as known on {@link KNOWN}: the minor of each major
 * version, and the fixes that matter to a server whose SQL comes from Peerwatch alone, first those that let a user run code.
 * @source https://www.postgresql.org/support/security/ and the records of https://github.com/CVEProject/cvelistV5
 */
const RELEASES: readonly { day: string; minors: Readonly<Record<string, number>>; fixes: readonly string[] }[] = [
  { day: '2026-11-12', minors: { 18: 7, 17: 12, 16: 16, 15: 20 }, fixes: ['CVE-2026-6460'] },
  // 18.5 and its kin were not released
  {
    day: '2026-08-13',
    minors: { 18: 6, 17: 11, 16: 15, 15: 19 },
    fixes: ['CVE-2026-6471', 'CVE-2026-14680', 'CVE-2026-16239'],
  },
  { day: '2026-05-14', minors: { 18: 4, 17: 10, 16: 14, 15: 18 }, fixes: ['CVE-2026-6473', 'CVE-2026-6478'] },
]
const KNOWN = '2026-11-27'

/** A server's version beside the newest one of its major. */
export interface ServerVersion {
  /** `18.4` */
  running: string
  /** null where none is known, for a major that is newer than this version of Peerwatch */
  newest: string | null
  /** UTC day of that knowledge */
  asOf: string
  /** releases with security fixes that it lacks; 0 = none, or not known */
  minorsBehind: number
}

/**
 * @param text of `postgres --version` or `server_version`; what a packager adds is left out
 * @throws if it holds no version
 */
export function judgeVersion(text: string): ServerVersion {
  const [, major = '', minor] = /(?<!\d)(\d+)\.(\d+)/.exec(text) ?? []
  if (minor === undefined) throw new Error(`"${text}" is no version of PostgreSQL`)
  const newest = RELEASES[0]?.minors[major]
  return {
    running: `${major}.${minor}`,
    newest: newest === undefined ? null : `${major}.${newest}`,
    asOf: KNOWN,
    minorsBehind: lackedBy(major, Number(minor)).length,
  }
}

const lackedBy = (major: string, minor: number) => RELEASES.filter(({ minors }) => (minors[major] ?? 0) > minor)

/** What to do about an embedded server that is behind, in one line, with the fixes that it lacks; null if it is not. */
export function updateAdvice({ running, newest, asOf, minorsBehind }: ServerVersion): string | null {
  if (minorsBehind === 0) return null
  const [major = '', minor] = running.split('.')
  const fixes = lackedBy(major, Number(minor)).flatMap((release) => release.fixes)
  return `PostgreSQL ${running} lacks the security fixes of ${newest} (as of ${asOf}; ${fixes.join(', ')} and others), and no newer one is packaged: npm run move takes the data to a PostgreSQL of your own (docs/operations.md, The embedded server)`
}
