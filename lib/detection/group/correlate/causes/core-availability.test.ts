import { describe, expect, it } from 'vitest'
import type { Cause, DetectedEvent } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../../model/settings.ts'
import type { DetectionContext } from '../../../model/context.ts'
import { type LastAvailability, createResourceState } from '../../../model/scope-state.ts'
import { adjustCausesByAvailability } from './core-availability.ts'

const T = Date.UTC(2030, 2, 4, 10)
const at = (from: number, to = from + 1) => ({ earliest: T + from * MS_PER_MINUTE, latest: T + to * MS_PER_MINUTE })

const core: Cause = {
  class: 'msee_core_maintenance',
  owner: 'microsoft',
  confidence: 0.7,
  evidence: [],
  nextStep: 'Ask.',
}
const lost = (causes: Cause[], ended = at(9, 10)): DetectedEvent => ({
  key: 'k',
  kind: 'peer_lost',
  severity: 'minor',
  scope: 'gw',
  subject: '10.0.4.4',
  started: at(0),
  ended,
  duration: null,
  detectedAt: T + MS_PER_MINUTE,
  evidence: [],
  causes,
  flags: [],
})

function context(fact: LastAvailability | null): DetectionContext {
  const mapping = { gateway: 'gw', neighbor: '10.0.4.4', circuit: 'ckt', path: 'primary', confidence: 'certain' }
  const availability: Record<string, LastAvailability> = fact ? { 'AzurePrivatePeering/primary': fact } : {}
  return {
    topology: { circuits: [], gateways: [], mappings: [mapping] },
    scopes: { ckt: { ...createResourceState(), availability } },
    mark: { finishedAt: T + 12 * MS_PER_MINUTE },
    settings: defaultSettings,
  } as unknown as DetectionContext
}

const reported = (fact: LastAvailability | null, causes: Cause[] = [core], ended = at(9, 10)) =>
  adjustCausesByAvailability(context(fact), lost(causes, ended), causes)[0]

describe('work between edge and core', () => {
  it.each<[string, LastAvailability | null, number, string | null]>([
    ['of which no metric reports', null, 0.7, null],
    ['while BgpAvailability is low', { reported: at(-10, 5), low: [at(1, 2), at(2, 3)] }, 0.7, 'low'],
    ['while it does not fall is one step less likely', { reported: at(-10, 5), low: [] }, 0.49, 'not low'],
    ['of which it reported no whole minute yet', { reported: at(-10, 2), low: [] }, 0.7, null],
    ['while it was low at another time', { reported: at(-10, 5), low: [at(-8, -7)] }, 0.49, 'not low'],
  ])('%s', (_, fact, confidence, after) => {
    const cause = reported(fact)
    expect(cause?.confidence).toBe(confidence)
    expect(cause?.evidence.map((item) => item.after)).toEqual(after === null ? [] : [after])
  })

  it('that is too short for the metric is not denied by it', () => {
    expect(reported({ reported: at(-10, 5), low: [] }, [core], at(1, 2))?.confidence).toBe(0.7)
  })

  it('is weighed once, and again when later minutes say otherwise', () => {
    const denied = reported({ reported: at(-10, 5), low: [] })
    if (!denied) throw new Error('the cause is gone')
    expect(reported({ reported: at(-5, 8), low: [] }, [denied])?.confidence).toBe(0.49)
    expect(reported({ reported: at(-5, 8), low: [at(6, 7)] }, [denied])).toMatchObject({
      confidence: 0.7,
      evidence: [{ after: 'low' }],
    })
    expect(reported(null, [denied])).toEqual(denied)
  })
})
