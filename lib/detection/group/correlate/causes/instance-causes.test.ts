import { describe, expect, it } from 'vitest'
import type { DetectedEvent, PollRecord } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { HUB_GATEWAY_NAME, createTwoCircuitEstate } from '../../../testing/estates.ts'
import { type DetectionContext, storeEventInScope } from '../../../model/context.ts'
import { findInstanceLossCauses } from './instance-causes.ts'

const lost: DetectedEvent = {
  key: 'lost',
  kind: 'gateway_instance_lost',
  severity: 'minor',
  scope: HUB_GATEWAY_NAME,
  subject: '10.0.4.13',
  started: { earliest: 9 * MS_PER_MINUTE, latest: 10 * MS_PER_MINUTE },
  ended: null,
  duration: null,
  detectedAt: 10 * MS_PER_MINUTE,
  evidence: [],
  causes: [],
  flags: [],
}

function estateAt(at: number, more: Partial<PollRecord> = {}): DetectionContext {
  const mark: PollRecord = {
    sourceId: 1,
    scope: HUB_GATEWAY_NAME,
    subresource: '',
    kind: 'peers',
    startedAt: at,
    finishedAt: at + 2_000,
    outcome: 'ok',
    previousOkAt: at - MS_PER_MINUTE,
    previousAttemptAt: at - MS_PER_MINUTE,
    silentInstances: [],
    ...more,
  }
  return {
    topology: createTwoCircuitEstate().topology(),
    scopes: {},
    mark,
    everyMs: MS_PER_MINUTE,
    settings: defaultSettings,
  }
}

const first = (context: DetectionContext, event = lost) => {
  const [cause] = findInstanceLossCauses(context, event)
  return `${cause?.class} ${cause?.confidence}`
}

describe('why an instance of a gateway is away', () => {
  it.each<[string, DetectionContext, string]>([
    ['for less than maintenance takes', estateAt(24 * MS_PER_MINUTE), 'gateway_instance_maintenance 0.6'],
    ['for as long as maintenance takes', estateAt(25 * MS_PER_MINUTE), 'gateway_instance_fault 0.6'],
    [
      'for longer, as far as a failed poll can report',
      estateAt(25 * MS_PER_MINUTE, { outcome: 'timeout' }),
      'gateway_instance_maintenance 0.6',
    ],
    [
      'for longer, by a poll of something else',
      estateAt(25 * MS_PER_MINUTE, { kind: 'arp', scope: 'ckt-lon' }),
      'gateway_instance_maintenance 0.6',
    ],
  ])('%s', (_, context, expected) => expect(first(context)).toBe(expected))

  it('names maintenance beside a fault, for Service Health may yet report it', () => {
    expect(findInstanceLossCauses(estateAt(25 * MS_PER_MINUTE), lost).map(({ class: name }) => name)).toEqual([
      'gateway_instance_fault',
      'gateway_instance_maintenance',
    ])
  })

  it('stays a fault by polls that can not report', () => {
    const event = { ...lost, causes: findInstanceLossCauses(estateAt(25 * MS_PER_MINUTE), lost) }
    expect(first(estateAt(26 * MS_PER_MINUTE, { outcome: 'timeout' }), event)).toBe('gateway_instance_fault 0.6')
  })

  it('is all but known where the other one was away just before', () => {
    const context = estateAt(20 * MS_PER_MINUTE)
    storeEventInScope(context, {
      ...lost,
      key: 'other',
      subject: '10.0.4.12',
      ended: { earliest: 8 * MS_PER_MINUTE, latest: 8 * MS_PER_MINUTE },
    })
    expect(first(context)).toBe('gateway_instance_maintenance 0.9')
  })
})
