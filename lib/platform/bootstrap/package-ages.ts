import type { LockEntry } from './lock-file.ts'

/**
 * Packages that process sign-ins of users, so their updates are urgent: the web framework, and better-auth with its
 * passkey plugin. {@link listSignInPackages} adds the dependencies of better-auth and the plugin.
 */
export const SIGN_IN_PACKAGES = ['better-auth', '@better-auth/passkey', 'next', 'react', 'react-dom']
const MADE_OF = ['better-auth', '@better-auth/passkey']
const DAY_MS = 86_400_000

/**
 * Returns the names of the packages that process sign-ins, including all dependencies of better-auth.
 * @param packages packages of the lock file
 */
export function listSignInPackages(packages: Readonly<Record<string, LockEntry>>): string[] {
  const names = new Set(SIGN_IN_PACKAGES)
  const waiting = [...MADE_OF]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const next of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) {
      if (!names.has(next)) waiting.push(next)
      names.add(next)
    }
  }
  return [...names].filter((name) => packages[`node_modules/${name}`]).toSorted()
}

/**
 * Entry of `npm outdated --json`: a package and one of the packages that depend on it. `wanted` is the newest version
 * that this dependent package allows.
 */
export type OutdatedPackage = { current?: string; wanted: string; latest: string; dependent: string }

/**
 * Returns the newest version of a package that all named dependent packages allow; if none of them restricts the
 * version, the latest version. Versions that package.json pins do not restrict it, because a pin can be changed.
 * @param names names of the dependent packages whose version ranges count
 */
export function findPossibleVersion(
  outdated: readonly OutdatedPackage[],
  names: readonly string[],
): string | undefined {
  const allowed = outdated.filter(({ dependent }) => names.includes(dependent)).map(({ wanted }) => wanted)
  return allowed.toSorted(byNumbers)[0] ?? outdated[0]?.latest
}

/**
 * Returns the number of whole days for which an update has been available. They are counted from the publication of the
 * oldest version that is newer than `current` and not newer than `possible`.
 * @param times publication time by version
 * @param now time in epoch milliseconds
 * @returns null if the registry does not report the time of such a version
 */
export function countDaysBehind(
  times: Readonly<Record<string, string>>,
  current: string,
  possible: string,
  now: number,
): number | null {
  const newer = Object.keys(times).filter(
    (version) =>
      /^\d+\.\d+\.\d+$/.test(version) && byNumbers(version, current) > 0 && byNumbers(version, possible) <= 0,
  )
  const [first] = newer.map((version) => Date.parse(times[version] ?? '')).toSorted((a, b) => a - b)
  return first === undefined || Number.isNaN(first) ? null : Math.floor((now - first) / DAY_MS)
}

function byNumbers(a: string, b: string) {
  const [left, right] = [a, b].map((version) => version.split(/[.+-]/).map(Number))
  for (const i of [0, 1, 2]) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
