import type { PathState } from './path-facts.ts'

export type PathRedundancy = 'redundant' | 'reduced' | 'no_path' | 'single_homed' | 'disabled' | 'unknown'

export interface CircuitRedundancyVerdict {
  redundancy: PathRedundancy
  /** number of paths known to be up */
  atLeastPaths: number
  /** number of paths that are or may be up */
  atMostPaths: number
}

interface RedundancyFacts {
  primary: PathState
  secondary: PathState
  /** true if the peering is configured, whatever the states of its paths are */
  peeringConfigured: boolean
  /**
   * true if every session of every connected gateway instance with this circuit's two edge routers (MSEEs) is down in
   * fresh polls. The circuit is then lost to Azure, even if polls of the circuit itself leave its paths unknown.
   */
  allMseeSessionsDown: boolean
}

/**
 * Minimum and maximum number of working paths for which one path counts, by its state. A `degraded` path may or may not
 * carry packets.
 */
const spans: Record<PathState, readonly [number, number]> = {
  up: [1, 1],
  degraded: [0, 1],
  unknown: [0, 1],
  down: [0, 0],
  disabled: [0, 0],
  not_configured: [0, 0],
}

/**
 * Returns the redundancy of a circuit from the states of the two paths of one peering (docs/rules/verdicts.md,
 * "Circuit").
 */
export function judgeRedundancy(facts: RedundancyFacts): CircuitRedundancyVerdict {
  const states = [facts.primary, facts.secondary]
  const provenLost = facts.allMseeSessionsDown && states.every((state) => state === 'unknown' || state === 'down')
  const atLeastPaths = states.reduce((sum, state) => sum + spans[state][0], 0)
  const atMostPaths = provenLost ? 0 : states.reduce((sum, state) => sum + spans[state][1], 0)
  return { redundancy: provenLost ? 'no_path' : wordFor(states, facts.peeringConfigured), atLeastPaths, atMostPaths }
}

function wordFor(states: PathState[], peeringConfigured: boolean): PathRedundancy {
  const count = (wanted: PathState) => states.filter((state) => state === wanted).length
  if (count('up') === 2) return 'redundant'
  if (count('up') === 1) {
    if (count('unknown') === 1) return 'unknown'
    return count('not_configured') === 1 ? 'single_homed' : 'reduced'
  }
  if (!peeringConfigured || (count('disabled') > 0 && count('disabled') + count('not_configured') === 2))
    return 'disabled'
  return count('unknown') + count('degraded') > 0 ? 'unknown' : 'no_path'
}
