/**
 * Releases of PostgreSQL with security fixes, newest first, as known on the day {@link KNOWN}. A release consists of
 * one new minor version for each supported major version; `minors` contains them. `fixes` lists the vulnerabilities
 * that concern a server on which only Peerwatch runs SQL. Vulnerabilities that let a user execute code are listed
 * first.
 * @source https://www.postgresql.org/support/security/ and the records of https://github.com/CVEProject/cvelistV5
 */
const RELEASES: readonly { day: string; minors: Readonly<Record<string, number>>; fixes: readonly string[] }[] = [
  { day: '2026-11-12', minors: { 18: 7, 17: 12, 16: 16, 15: 20 }, fixes: ['CVE-2026-6460'] },
  // PostgreSQL 18.5 was never released
  {
    day: '2026-08-13',
    minors: { 18: 6, 17: 11, 16: 15, 15: 19 },
    fixes: ['CVE-2026-6471', 'CVE-2026-14680', 'CVE-2026-16239'],
  },
  { day: '2026-05-14', minors: { 18: 4, 17: 10, 16: 14, 15: 18 }, fixes: ['CVE-2026-6473', 'CVE-2026-6478'] },
]
const KNOWN = '2026-11-27'

/** Version of a PostgreSQL server, compared with the newest known version of the same major version. */
export interface ServerVersion {
  /** version of the server, for example `18.4` */
  running: string
  /** newest version of the same major version; null if the major version is newer than this list */
  newest: string | null
  /** UTC day on which the list of releases was current */
  asOf: string
  /** number of releases with security fixes that the server lacks; 0 = none, or the major version is unknown */
  minorsBehind: number
}

/**
 * Compares the version of a PostgreSQL server with the known releases.
 * @param text output of `postgres --version`, or the setting `server_version`; text that a package adds to it is
 *   ignored
 * @throws if the text does not contain a version
 */
export function comparePostgresReleases(text: string): ServerVersion {
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

/** Returns one line of advice for an embedded server that lacks security fixes; null if it lacks none. */
export function formatUpdateAdvice({ running, newest, asOf, minorsBehind }: ServerVersion): string | null {
  if (minorsBehind === 0) return null
  const [major = '', minor] = running.split('.')
  const fixes = lackedBy(major, Number(minor)).flatMap((release) => release.fixes)
  return `PostgreSQL ${running} lacks the security fixes of ${newest} (as of ${asOf}; ${fixes.join(', ')} and others), and no newer one is packaged: npm run move takes the data to a PostgreSQL of your own (docs/operations.md, The embedded server)`
}
