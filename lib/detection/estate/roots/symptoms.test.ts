import { describe, expect, it } from 'vitest'
import type { DetectedEvent, EpochMs } from '#lib/contract/index.ts'
import { defaultSettings } from '../../settings.ts'
import { t3 } from '../../testing/estates.ts'
import { type Estate, put } from '../estate.ts'
import { emptyScope, type ScopeState, type SessionFact } from '../state.ts'
import { isOneFault } from './index.ts'

const MINUTE = 60_000
const PATHS = ['AzurePrivatePeering/primary', 'AzurePrivatePeering/secondary'] as const

/** An estate of which every customer's session is up, as far as its polls have told since the given moments. */
function estateHeard(heardAt: Record<string, EpochMs>): Estate {
  const topology = t3().topology()
  const scopes: Record<string, ScopeState> = {}
  for (const { scope, peerings } of topology.circuits) {
    const sessions = peerings.flatMap(({ name, customers }) =>
      Object.entries(customers).map(([path, neighbor]): [string, SessionFact] => [
        path,
        {
          part: `${name}/${path}`,
          localAddress: 'msee',
          neighbor: neighbor ?? '',
          asn: 65_001,
          level: 'up',
          since: { lo: 0, hi: 0 },
          heldBy: null,
          prefixes: 4,
          lastPrefixes: 4,
          countBetween: null,
        },
      ]),
    )
    scopes[scope] = { ...emptyScope(), sessions: Object.fromEntries(sessions) }
  }
  const mark: Estate['mark'] = {
    sourceId: 1,
    scope: 'ckt-lon',
    part: PATHS[0],
    kind: 'summary',
    startedAt: 20 * MINUTE,
    finishedAt: 20 * MINUTE,
    outcome: 'ok',
    previousOkAt: null,
    previousAttemptAt: null,
    silentInstances: [],
  }
  return { topology, scopes, mark, everyMs: MINUTE, settings: defaultSettings, heardAt }
}

const fall = (estate: Estate, scope: string, kind: DetectedEvent['kind'] = 'path_down') =>
  put(estate, {
    key: `${kind} ${scope}`,
    kind,
    severity: 'major',
    scope,
    subject: PATHS[0],
    started: { lo: 9 * MINUTE, hi: 10 * MINUTE },
    ended: null,
    duration: null,
    detectedAt: 10 * MINUTE,
    evidence: [],
    causes: [],
    flags: [],
  })

describe('paths of two circuits at one place', () => {
  const siblings = ['ckt-lon', 'ckt-lon2'].map((circuit) => `${circuit} ${PATHS[1]} summary`)
  it.each<[string, Record<string, EpochMs>, boolean]>([
    ['may be one fault while nobody has looked at the others', {}, true],
    ['while the others were seen only before', { [siblings[0] ?? '']: 9 * MINUTE }, true],
    ['while they may yet fall with them', { [siblings[0] ?? '']: 10 * MINUTE + 59_000 }, true],
    ['are two faults once one of the others is seen to be well', { [siblings[1] ?? '']: 11 * MINUTE }, false],
  ])('%s', (_, heardAt, isOne) => {
    const estate = estateHeard(heardAt)
    expect(isOneFault(estate, [fall(estate, 'ckt-lon'), fall(estate, 'ckt-lon2')])).toBe(isOne)
  })

  it('and nothing speaks against one where no path fell at all', () => {
    const estate = estateHeard({ [siblings[0] ?? '']: 15 * MINUTE })
    const lives = [fall(estate, 'ckt-lon', 'bandwidth_high'), fall(estate, 'ckt-lon2', 'bandwidth_high')]
    expect(isOneFault(estate, lives)).toBe(true)
  })
})
