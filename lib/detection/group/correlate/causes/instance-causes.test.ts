import { describe, expect, it } from 'vitest'
import type { DetectedEvent, PollRecord } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { HUB, t2 } from '../../../testing/estates.ts'
import { type DetectionContext, storeEventInScope } from '../../../model/context.ts'
import { findInstanceLossCauses } from './instance-causes.ts'

const lost: DetectedEvent = {
  key: 'lost',
  kind: 'gateway_instance_lost',
  severity: 'minor',
  scope: HUB,
  subject: '10.0.4.13',
  started: { earliest: 9 * MINUTE, latest: 10 * MINUTE },
  ended: null,
  duration: null,
  detectedAt: 10 * MINUTE,
  evidence: [],
  causes: [],
  flags: [],
}

function estateAt(at: number, more: Partial<PollRecord> = {}): DetectionContext {
  const mark: PollRecord = {
    sourceId: 1,
    scope: HUB,
    subresource: '',
    kind: 'peers',
    startedAt: at,
    finishedAt: at + 2_000,
    outcome: 'ok',
    previousOkAt: at - MINUTE,
    previousAttemptAt: at - MINUTE,
    silentInstances: [],
    ...more,
  }
  return { topology: t2().topology(), scopes: {}, mark, everyMs: MINUTE, settings: defaultSettings }
}

const first = (context: DetectionContext, event = lost) => {
  const [cause] = findInstanceLossCauses(context, event)
  return `${cause?.class} ${cause?.confidence}`
}

describe('why an instance of a gateway is away', () => {
  it.each<[string, DetectionContext, string]>([
    ['for less than maintenance takes', estateAt(24 * MINUTE), 'gateway_instance_maintenance 0.6'],
    ['for as long as maintenance takes', estateAt(25 * MINUTE), 'gateway_instance_fault 0.6'],
    [
      'for longer, as far as a failed poll can report',
      estateAt(25 * MINUTE, { outcome: 'timeout' }),
      'gateway_instance_maintenance 0.6',
    ],
    [
      'for longer, by a poll of something else',
      estateAt(25 * MINUTE, { kind: 'arp', scope: 'ckt-lon' }),
      'gateway_instance_maintenance 0.6',
    ],
  ])('%s', (_, context, expected) => expect(first(context)).toBe(expected))

  it('names maintenance beside a fault, for Service Health may yet report it', () => {
    expect(findInstanceLossCauses(estateAt(25 * MINUTE), lost).map(({ class: name }) => name)).toEqual([
      'gateway_instance_fault',
      'gateway_instance_maintenance',
    ])
  })

  it('stays a fault by polls that can not report', () => {
    const event = { ...lost, causes: findInstanceLossCauses(estateAt(25 * MINUTE), lost) }
    expect(first(estateAt(26 * MINUTE, { outcome: 'timeout' }), event)).toBe('gateway_instance_fault 0.6')
  })

  it('is all but known where the other one was away just before', () => {
    const context = estateAt(20 * MINUTE)
    storeEventInScope(context, {
      ...lost,
      key: 'other',
      subject: '10.0.4.12',
      ended: { earliest: 8 * MINUTE, latest: 8 * MINUTE },
    })
    expect(first(context)).toBe('gateway_instance_maintenance 0.9')
  })
})
