import type { Entry } from './lock-file.ts'

/** What every sign-in goes through: the framework that answers, and better-auth and its passkeys with all that they are made of. */
const IN_FRONT = ['better-auth', '@better-auth/passkey', 'next', 'react', 'react-dom']
const MADE_OF = ['better-auth', '@better-auth/passkey']
const DAY_MS = 86_400_000

/**
 * The packages in front of the sign-in, with the ranges that those allow that need them. What package.json itself pins is no range: a pin can be moved.
 * @param packages of the lock
 */
export function signInPackages(packages: Readonly<Record<string, Entry>>) {
  const names = new Set(IN_FRONT)
  const waiting = [...MADE_OF]
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    for (const next of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) {
      if (!names.has(next)) waiting.push(next)
      names.add(next)
    }
  }
  return [...names].toSorted().flatMap((name) => {
    const version = packages[`node_modules/${name}`]?.version
    if (version === undefined) return []
    const ranges = Object.entries(packages).flatMap(([folder, { dependencies }]) =>
      folder !== '' && names.has(folder.replace('node_modules/', '')) ? (dependencies?.[name] ?? []) : [],
    )
    return [{ name, version, ranges: ranges.length > 0 ? [...new Set(ranges)] : ['latest'] }]
  })
}

/** The newest version that is in all lists; null = none. Versions before a release count for nothing. */
export function latest(lists: readonly (readonly string[])[]) {
  const [first = [], ...others] = lists
  const common = first.filter((version) => !version.includes('-') && others.every((list) => list.includes(version)))
  return common.toSorted(byNumbers).at(-1) ?? null
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
