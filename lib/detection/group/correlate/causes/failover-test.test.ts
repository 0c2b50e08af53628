import { describe, expect, it } from 'vitest'
import type { DetectedEvent, FailoverTestExplainingLosses } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../../model/settings.ts'
import { type DetectionContext, storeEventInScope } from '../../../model/context.ts'
import { HUB_GATEWAY_NAME, createTwoCircuitEstate } from '../../../testing/estates.ts'
import { assignCandidateCauses } from './index.ts'

const AT = Date.UTC(2030, 1, 20, 10)
const STARTED = AT - 40 * MS_PER_SECOND

const test: FailoverTestExplainingLosses = {
  id: '16546d1a-0548-4d6d-84ca-7149f3af4403',
  scope: HUB_GATEWAY_NAME,
  location: 'London',
  status: 'Running',
  verdict: 'running',
  from: STARTED,
  to: null,
  circuits: ['ckt-lon'],
  connections: [{ scope: 'cxn-lon', name: 'con-lon', status: 'Disconnected', at: STARTED + 20 * MS_PER_SECOND }],
  path: null,
}

const lost = (more: Partial<DetectedEvent>): DetectedEvent => ({
  key: 'e',
  kind: 'session_down',
  severity: 'major',
  scope: HUB_GATEWAY_NAME,
  subject: '10.0.4.12~10.0.4.4',
  started: { earliest: AT - MS_PER_MINUTE, latest: AT },
  ended: null,
  duration: null,
  detectedAt: AT,
  evidence: [],
  causes: [],
  flags: [],
  ...more,
})

/** Returns the causes of an event at a gateway whose site in London is under test. */
function causesOf(event: DetectedEvent, tests: FailoverTestExplainingLosses[] = [test], logged: string | null = null) {
  const mark: DetectionContext['mark'] = {
    sourceId: 9,
    scope: HUB_GATEWAY_NAME,
    subresource: '',
    kind: 'peers',
    startedAt: AT,
    finishedAt: AT + MS_PER_SECOND,
    outcome: 'ok',
    previousOkAt: AT - MS_PER_MINUTE,
    previousAttemptAt: AT - MS_PER_MINUTE,
    silentInstances: [],
  }
  const topology = { ...createTwoCircuitEstate().topology(), tests }
  const context: DetectionContext = { topology, scopes: {}, mark, everyMs: MS_PER_MINUTE, settings: defaultSettings }
  storeEventInScope(context, event)
  if (logged !== null) {
    const operation = `Microsoft.Network/virtualNetworkGateways/${logged}/action`
    context.scopes[HUB_GATEWAY_NAME]?.logged.push({
      id: 'a',
      at: STARTED,
      operation,
      caller: 'ada@example.com',
      isDone: true,
    })
  }
  assignCandidateCauses(context)
  return context.scopes[event.scope]?.live[event.key]?.event.causes ?? []
}

describe('a failover test that runs', () => {
  it('is the certain cause of the loss of a session behind a tested circuit, with its exact second and its states', () => {
    const [cause] = causesOf(lost({}), [test], 'startSiteFailoverTest')
    expect(cause).toMatchObject({ class: 'failover_test', owner: 'own_change', confidence: 1 })
    expect(cause?.evidence).toMatchObject([
      {
        field: 'failover test',
        after: 'Running (London), started by ada@example.com',
        sampledAfter: { earliest: STARTED, latest: STARTED },
      },
      {
        field: 'connection con-lon',
        after: 'Disconnected',
        sampledAfter: { earliest: STARTED + 20 * MS_PER_SECOND, latest: STARTED + 20 * MS_PER_SECOND },
      },
    ])
  })

  it('does not explain the loss of a circuit that is not tested, nor does its entry in the log', () => {
    const causes = causesOf(lost({ subject: '10.0.4.12~10.0.4.6' }), [test], 'startSiteFailoverTest')
    expect(causes.map(({ class: name }) => name)).not.toContain('failover_test')
    expect(causes.map(({ class: name }) => name)).not.toContain('configuration_change')
  })

  it('does not explain a session of another gateway, or of an unknown neighbor', () => {
    for (const event of [lost({ scope: 'ergw-other' }), lost({ subject: '10.0.4.12~10.0.4.15' })])
      expect(causesOf(event).map(({ class: name }) => name)).not.toContain('failover_test')
  })

  it.each([
    ['before it', { earliest: STARTED - MS_PER_MINUTE, latest: STARTED - MS_PER_SECOND }, null, false],
    ['in it', { earliest: STARTED, latest: AT }, AT + MS_PER_HOUR, true],
    [
      'long after it',
      { earliest: STARTED + MS_PER_HOUR, latest: STARTED + MS_PER_HOUR },
      STARTED + MS_PER_MINUTE,
      false,
    ],
  ])('explains no loss that began %s only by chance', (_, started, to, isExplained) => {
    const classes = causesOf(lost({ started }), [{ ...test, to }]).map(({ class: name }) => name)
    expect(classes.includes('failover_test')).toBe(isExplained)
  })

  it('of a link explains the loss of this path only', () => {
    const link = { ...test, scope: 'ckt-lon', location: '', circuits: [], connections: [], path: 'primary' as const }
    const isExplained = (path: string) =>
      causesOf(lost({ kind: 'path_down', scope: 'ckt-lon', subject: `AzurePrivatePeering/${path}` }), [link]).some(
        ({ class: name }) => name === 'failover_test',
      )
    expect([isExplained('primary'), isExplained('secondary')]).toEqual([true, false])
  })
})
