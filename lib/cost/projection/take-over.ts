import type { CircuitPath, EpochMs } from '#lib/contract/index.ts'

/** What one path of a circuit would carry after a loss of something else, in bit/s; as the what-if of that loss says. */
export interface TakenOver {
  /** as `lose` of a what-if names it; several terms are lost together */
  term: string
  /** "erc-london", "the maintenance of 28 Nov"; null = the reader must not see it */
  name: string | null
  path: CircuitPath
  direction: 'in' | 'out'
  /** null = prefixes move to it, and how much traffic is not known */
  bitsPerSecond: { atLeast: number; atMost: number } | null
}

/** What a circuit must take over when something else is lost, worst first; one for each loss that moves prefixes to it. */
export interface TakeOver {
  at: EpochMs
  losses: readonly TakenOver[]
  /** of some prefixes or tables it is not known where they go after a loss */
  isUnsure: boolean
}

/** "losing erc-london moves prefixes to it, up to 701 Mb/s on one path". */
export function takenWords({ name, bitsPerSecond }: TakenOver): string {
  const what = name === null ? 'the loss of something that you do not see' : `losing ${name}`
  return bitsPerSecond === null
    ? `${what} moves prefixes to it, and how much they carry is not known`
    : `${what} moves prefixes to it: up to ${Math.ceil(bitsPerSecond.atMost / 1e6)} Mb/s on one path`
}
