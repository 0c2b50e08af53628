import { describe, expect, it } from 'vitest'
import type { TimestampBounds, RouterDownReason } from '#lib/contract/index.ts'
import { type DetectionContext, ensureResourceState } from '../../model/context.ts'
import { RECHECK_AT_NEXT_POLL } from '../../model/recheck.ts'
import type { RouterSideSession, RouterStateInterval } from '../../model/router-side-session.ts'
import {
  LONG_AGO_TIME_BOUNDS,
  TEST_POLL_END_TIME,
  createEvaluationStageTestInput,
  createLongEstablishedSession,
} from '../../testing/scene.ts'
import { createNotificationDownReason, createTestSessionReportedByRouter } from '../../testing/router-ends.ts'
import { findRouterSideRecheckTime, applyRouterSideRules } from './router-side-rules.ts'

const CIRCUIT = 'ckt-lon'
const [MSEE, CE] = ['172.16.0.2', '172.16.0.1']
const SUBJECT = `${MSEE}~${CE}`
/** Returns the time this many seconds before the end of the current poll. */
const ago = (seconds: number) => TEST_POLL_END_TIME - seconds * 1_000
const between = (from: number, to: number): TimestampBounds => ({ earliest: ago(from), latest: ago(to) })
const unanswered = createNotificationDownReason('remote', 4, 0)
const gone: RouterDownReason = { by: 'localWithoutNotification', fsmEvent: 18 }

const up = (from: TimestampBounds, to: TimestampBounds | null = null): RouterStateInterval => ({
  state: 'up',
  reason: null,
  from,
  to,
})
const down = (from: TimestampBounds, reason: RouterDownReason | null = null): RouterStateInterval => ({
  state: 'down',
  reason,
  from,
  to: null,
})
const given = (level: 'up' | 'down', since: TimestampBounds): DetectionContext =>
  createEvaluationStageTestInput(
    { kind: 'summary', scope: CIRCUIT, subresource: 'AzurePrivatePeering/primary' },
    {},
    (context) => {
      const subresource = 'AzurePrivatePeering/primary'
      ensureResourceState(context, CIRCUIT).sessions = {
        own: createLongEstablishedSession(MSEE, CE, { subresource, level, since, asn: 65_001 }),
      }
    },
  ).context
const eventsIn = (context: DetectionContext) =>
  Object.values(ensureResourceState(context, CIRCUIT).live).map((live) => live.event)

describe('a router that reports no more', () => {
  const alive = [up(LONG_AGO_TIME_BOUNDS)]
  const silence = (seconds: number) =>
    createTestSessionReportedByRouter(alive, { silentSince: between(seconds, seconds) })
  const later = (context: DetectionContext, seconds: number, outcome: 'ok' | 'not_polled' = 'not_polled') => {
    const at = TEST_POLL_END_TIME + seconds * 1_000
    return { ...context, mark: { ...context.mark, outcome, startedAt: at, finishedAt: at } }
  }
  const found = (context: DetectionContext) => eventsIn(context).filter(({ kind }) => kind === 'router_silent')

  it('is silent once it had time to return, and no more when it reports again', () => {
    const context = later(given('up', LONG_AGO_TIME_BOUNDS), 0)
    context.routerEnds = [silence(5)]
    applyRouterSideRules(context, context.routerEnds)
    expect([found(context), findRouterSideRecheckTime(context, CIRCUIT)]).toEqual([[], ago(5) + 15_000])
    applyRouterSideRules(later(context, 10), [silence(5)])
    expect(found(context)).toMatchObject([
      {
        severity: 'warning',
        subject: SUBJECT,
        started: between(5, 5),
        ended: null,
        evidence: [{ after: 'ce-1: silent' }],
      },
    ])
    expect(findRouterSideRecheckTime(context, CIRCUIT)).toBe(RECHECK_AT_NEXT_POLL)
    const observed = [
      { from: LONG_AGO_TIME_BOUNDS.earliest, to: ago(5) },
      { from: TEST_POLL_END_TIME + 20_000, to: TEST_POLL_END_TIME + 30_000 },
    ]
    applyRouterSideRules(later(context, 30), [createTestSessionReportedByRouter(alive, { observed })])
    expect(found(context)).toMatchObject([{ ended: between(-20, -20), duration: { minMs: 25_000, maxMs: 25_000 } }])
  })

  it('is news no more when an answer shows that Azure’s end outlived it, and when nobody asked it goes on', () => {
    const context = later(given('up', LONG_AGO_TIME_BOUNDS), 0)
    applyRouterSideRules(context, [silence(16)])
    applyRouterSideRules(later(context, 600), [silence(16)])
    // the station may be away, or its data may have been deleted
    applyRouterSideRules(later(context, 600), [createTestSessionReportedByRouter(alive)])
    expect(found(context)).toMatchObject([{ ended: null }])
    applyRouterSideRules(later(context, 600, 'ok'), [silence(16)])
    expect(found(context)).toMatchObject([{ ended: { earliest: ago(16), latest: TEST_POLL_END_TIME + 600_000 } }])
    // polls of other sources do not begin the event again either
    applyRouterSideRules(later(context, 610), [silence(16)])
    expect(found(context)).toHaveLength(1)
  })

  it.each<[string, DetectionContext, RouterStateInterval[], number]>([
    ['Azure shows its session down', given('down', between(70, 8)), alive, 16],
    [
      'it had reported it down',
      given('up', LONG_AGO_TIME_BOUNDS),
      [up(LONG_AGO_TIME_BOUNDS, between(21, 20)), down(between(21, 20))],
      16,
    ],
    ['it has been for longer than Azure’s end can last', given('up', LONG_AGO_TIME_BOUNDS), alive, 300],
  ])('is no event where %s', (_, context, spans, seconds) => {
    applyRouterSideRules(later(context, 0), [
      createTestSessionReportedByRouter(spans, { silentSince: between(seconds, seconds) }),
    ])
    expect(found(context)).toEqual([])
  })

  const collectorWas = (reason: RouterDownReason | null, from: TimestampBounds): RouterStateInterval =>
    reason ? down(from, reason) : up(from)
  it.each<[string, Partial<RouterSideSession>, TimestampBounds | null]>([
    [
      'hangs: the collector received nothing for the hold time',
      { collector: collectorWas(unanswered, between(11, 2)) },
      between(11, 2),
    ],
    [
      'is gone: all its connections ended within two seconds',
      { collector: collectorWas(gone, between(3, 1)), silentSince: between(2, 2) },
      between(3, 2),
    ],
    [
      'is gone, and only the last sign of one connection is known',
      { collector: collectorWas(gone, between(3, 1)), silentSince: between(9, 0) },
      between(9, 1),
    ],
    [
      'closed one session by a NOTIFICATION',
      {
        collector: collectorWas(createNotificationDownReason('local', 6, 3), between(3, 1)),
        silentSince: between(2, 2),
      },
      null,
    ],
    [
      'may be back: its connections ended one after the other',
      { collector: collectorWas(gone, between(9, 8)), silentSince: between(2, 2) },
      null,
    ],
    ['reports on by BMP', { collector: collectorWas(gone, between(3, 1)) }, null],
    [
      'answers the collector',
      { collector: collectorWas(null, LONG_AGO_TIME_BOUNDS), silentSince: between(2, 2) },
      null,
    ],
    [
      'may connect again, and has the collector alone',
      { collector: collectorWas(gone, between(3, 1)), spans: [], observed: [] },
      null,
    ],
    [
      'does not connect again, and has the collector alone',
      { collector: collectorWas(gone, between(17, 16)), spans: [], observed: [] },
      between(17, 16),
    ],
    [
      'hangs, and has the collector alone',
      { collector: collectorWas(unanswered, between(11, 2)), spans: [], observed: [] },
      between(11, 2),
    ],
  ])('by its session with the collector: %s', (_, more, started) => {
    const context = later(given('up', LONG_AGO_TIME_BOUNDS), 0)
    applyRouterSideRules(context, [createTestSessionReportedByRouter(alive, more)])
    expect(found(context)).toMatchObject(started ? [{ started, ended: null }] : [])
  })

  it('hangs until both of its connections report, or Azure’s end has outlived it', () => {
    const hung = { collector: down(between(11, 2), unanswered) }
    const context = later(given('up', LONG_AGO_TIME_BOUNDS), 0)
    applyRouterSideRules(context, [createTestSessionReportedByRouter(alive, hung)])
    const observed = [{ from: LONG_AGO_TIME_BOUNDS.earliest, to: TEST_POLL_END_TIME + 20_000 }]
    const back = up(between(-15, -16))
    // a router that hangs for long also loses its other connection, and that connection returns first
    const silentSince = between(-10, -10)
    applyRouterSideRules(later(context, 12), [createTestSessionReportedByRouter(alive, { ...hung, silentSince })])
    applyRouterSideRules(later(context, 14), [createTestSessionReportedByRouter(alive, { ...hung, observed })])
    applyRouterSideRules(later(context, 17), [
      createTestSessionReportedByRouter(alive, { collector: back, silentSince }),
    ])
    expect(found(context)).toMatchObject([{ started: between(11, 2), ended: null }])
    applyRouterSideRules(later(context, 20), [createTestSessionReportedByRouter(alive, { collector: back, observed })])
    expect(found(context)).toMatchObject([{ ended: back.from }])

    const outlived = later(given('up', LONG_AGO_TIME_BOUNDS), 0)
    for (const end of [
      createTestSessionReportedByRouter(alive, hung),
      createTestSessionReportedByRouter([], { ...hung, observed: [] }),
    ]) {
      applyRouterSideRules(outlived, [end])
      applyRouterSideRules(later(outlived, 600), [end])
      expect(found(outlived)).toMatchObject([{ ended: null }])
    }
    applyRouterSideRules(later(outlived, 600, 'ok'), [createTestSessionReportedByRouter(alive, hung)])
    expect(found(outlived)).toMatchObject([{ ended: { latest: TEST_POLL_END_TIME + 600_000 } }])
  })

  it('hangs, and what it reported before does not differ from what Azure shows', () => {
    const differ = (collector: RouterStateInterval) => {
      const context = later(given('down', between(301, 300)), 0, 'ok')
      applyRouterSideRules(context, [createTestSessionReportedByRouter(alive, { collector })])
      return eventsIn(context).map(({ kind }) => kind)
    }
    expect(differ(up(LONG_AGO_TIME_BOUNDS))).toEqual(['session_ends_differ'])
    expect(differ(down(between(491, 482), unanswered))).toEqual([])
  })

  it('that has the collector alone is back when it has that session again', () => {
    const context = later(given('up', LONG_AGO_TIME_BOUNDS), 0)
    const alone = (collector: RouterStateInterval) => createTestSessionReportedByRouter([], { collector, observed: [] })
    applyRouterSideRules(context, [alone(down(between(11, 2), unanswered))])
    applyRouterSideRules(later(context, 30), [alone(up(between(-15, -16)))])
    expect(found(context)).toMatchObject([{ started: between(11, 2), ended: between(-15, -16) }])
  })
})
