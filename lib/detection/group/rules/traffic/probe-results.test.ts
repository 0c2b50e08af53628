import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { createTwoCircuitEstate } from '../../../testing/estates.ts'
import { findDecisionTableCauses } from '../../correlate/causes/decision-table.ts'
import { type DetectionContext, storeEventInScope, ensureResourceState } from '../../../model/context.ts'
import type { LastProbeState } from '../../../model/scope-state.ts'
import { isCircuitProbeFailing, recordProbeResults } from './probe-results.ts'

const AT = 6_000_000
const CIRCUIT = 'ckt-lon'

const dead: DetectedEvent = {
  key: 'dead',
  kind: 'green_but_dead',
  severity: 'major',
  scope: CIRCUIT,
  subject: 'AzurePrivatePeering',
  started: { earliest: AT - 600_000, latest: AT - 540_000 },
  ended: null,
  duration: null,
  detectedAt: AT,
  evidence: [],
  causes: [],
  flags: ['by_bytes'],
}

function reported(probes: Record<string, LastProbeState['state']>, event = dead) {
  const mark: DetectionContext['mark'] = {
    sourceId: 1,
    scope: CIRCUIT,
    subresource: '',
    kind: 'stats',
    startedAt: AT - 1_000,
    finishedAt: AT,
    outcome: 'ok',
    previousOkAt: null,
    previousAttemptAt: null,
    silentInstances: [],
  }
  const context: DetectionContext = {
    topology: createTwoCircuitEstate().topology(),
    scopes: {},
    mark,
    everyMs: 60_000,
    settings: defaultSettings,
  }
  for (const [test, state] of Object.entries(probes))
    ensureResourceState(context, CIRCUIT).probes[test] = {
      state,
      since: { earliest: AT - 300_000, latest: AT - 240_000 },
    }
  const live = storeEventInScope(context, event)
  recordProbeResults(context)
  return { context, live }
}

describe('a test of reachability through a circuit that is held dead', () => {
  it.each<{ probes: Record<string, LastProbeState['state']>; flags: string[]; after: string[] }>([
    { probes: { vm: 'failing' }, flags: ['probes_fail'], after: ['failing'] },
    { probes: { vm: 'passing' }, flags: ['probes_pass'], after: ['passing'] },
    { probes: { vm: 'failing', dns: 'passing' }, flags: ['probes_fail', 'probes_pass'], after: ['failing', 'passing'] },
    { probes: { vm: 'unknown' }, flags: [], after: [] },
    { probes: {}, flags: [], after: [] },
  ])('$probes says $flags', ({ probes, flags, after }) => {
    const { live } = reported(probes)
    expect(live.event.flags).toEqual(['by_bytes', ...flags])
    expect(live.event.evidence.map((item) => item.after)).toEqual(after)
  })

  it('replaces what it said before', () => {
    const { live } = reported({ vm: 'failing' })
    expect(reported({ vm: 'passing' }, live.event).live.event).toMatchObject({
      flags: ['by_bytes', 'probes_pass'],
      evidence: [{ field: 'test vm', after: 'passing' }],
    })
  })

  it('raises confidence when it fails, and only then', () => {
    const confidence = (probes: Record<string, LastProbeState['state']>) => {
      const { context, live } = reported(probes)
      return [isCircuitProbeFailing(context, CIRCUIT), findDecisionTableCauses(context, live)[0]?.confidence]
    }
    expect(confidence({ vm: 'failing' })).toEqual([true, 0.7])
    expect(confidence({ vm: 'passing' })).toEqual([false, 0.5])
    expect(confidence({})).toEqual([false, 0.5])
  })

  it('says nothing of what has ended', () => {
    const ended = { ...dead, ended: { earliest: AT - 1_000, latest: AT } }
    expect(reported({ vm: 'failing' }, ended).live.event).toEqual(ended)
  })
})
