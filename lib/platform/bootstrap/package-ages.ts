import type { Entry } from './lock-file.ts'

/** What every sign-in goes through: the framework that answers, and better-auth and its passkeys with all that they are made of. */
export const IN_FRONT = ['better-auth', '@better-auth/passkey', 'next', 'react', 'react-dom']
const MADE_OF = ['better-auth', '@better-auth/passkey']
const DAY_MS = 86_400_000

/** @param packages of the lock */
export function signInPackages(packages: Readonly<Record<string, Entry>>): string[] {
  const names = new Set(IN_FRONT)
  const waiting = [...MADE_OF]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const next of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) {
      if (!names.has(next)) waiting.push(next)
      names.add(next)
    }
  }
  return [...names].filter((name) => packages[`node_modules/${name}`]).toSorted()
}

/** What `npm outdated --json` says of a package, once for each that needs it; wanted: the newest that this one allows. */
export type Outdated = { current?: string; wanted: string; latest: string; dependent: string }

/**
 * The newest version that all allow which need the package. What package.json itself pins is no range: a pin can be moved.
 * @param names of the packages whose ranges count
 */
export function possibleOf(outdated: readonly Outdated[], names: readonly string[]): string | undefined {
  const allowed = outdated.filter(({ dependent }) => names.includes(dependent)).map(({ wanted }) => wanted)
  return allowed.toSorted(byNumbers)[0] ?? outdated[0]?.latest
}

/**
 * For how many whole days a version newer than the current one, and no newer than the possible one, is out.
 * @param times when each version was published
 * @param now milliseconds
 * @returns null = the registry does not say
 */
export function behindBy(
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
