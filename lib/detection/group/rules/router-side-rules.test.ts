import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TimestampBounds, DetectedEvent, RouterDownReason } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, ensureResourceState } from '../../model/context.ts'
import { RECHECK_AT_NEXT_POLL } from '../../model/recheck.ts'
import type { RouterSideSession, RouterStateInterval } from '../../model/router-side-session.ts'
import {
  createOngoingEvent,
  LONG_AGO_TIME_BOUNDS,
  TEST_POLL_END_TIME,
  storeEventInTestContext,
  createEvaluationStageTestInput,
  createLongEstablishedSession,
} from '../../testing/scene.ts'
import { byLog, createNotificationDownReason, createTestSessionReportedByRouter } from '../../testing/router-ends.ts'
import { findMatchingRouterOutage, narrowBoundsByRouters } from '../facts/router-side-sessions.ts'
import { findRouterSideRecheckTime, applyRouterSideRules } from './router-side-rules.ts'

const CIRCUIT = 'ckt-lon'
const PRIMARY = 'AzurePrivatePeering/primary'
const [MSEE, CE] = ['172.16.0.2', '172.16.0.1']
const SUBJECT = `${MSEE}~${CE}`
/** Returns the time this many seconds before the end of the current poll. */
const ago = (seconds: number) => TEST_POLL_END_TIME - seconds * 1_000
const between = (from: number, to: number): TimestampBounds => ({ earliest: ago(from), latest: ago(to) })
const shutdown = createNotificationDownReason('remote', 6, 2)
const silent: RouterDownReason = { by: 'localWithoutNotification', fsmEvent: 0 }

const up = (from: TimestampBounds, to: TimestampBounds | null = null): RouterStateInterval => ({
  state: 'up',
  reason: null,
  from,
  to,
})
const down = (
  from: TimestampBounds,
  to: TimestampBounds | null = null,
  reason: RouterDownReason | null = shutdown,
): RouterStateInterval => ({
  state: 'down',
  reason,
  from,
  to,
})
function given(level: 'up' | 'down', since: TimestampBounds, events: DetectedEvent[] = []): DetectionContext {
  return createEvaluationStageTestInput({ kind: 'summary', scope: CIRCUIT, subresource: PRIMARY }, {}, (context) => {
    ensureResourceState(context, CIRCUIT).sessions = {
      own: createLongEstablishedSession(MSEE ?? '', CE ?? '', { subresource: PRIMARY, level, since, asn: 65_001 }),
    }
    for (const event of events) storeEventInTestContext(context, event)
  }).context
}

const event = (kind: DetectedEvent['kind'], started: TimestampBounds, ended: TimestampBounds | null = null) =>
  createOngoingEvent(kind, CIRCUIT, SUBJECT, { started, ended })
const eventsIn = (context: DetectionContext) =>
  Object.values(ensureResourceState(context, CIRCUIT).live).map((live) => live.event)

describe('a fall that polls bound', () => {
  const azure = between(70, 8)
  it.each<[string, RouterStateInterval, TimestampBounds, number?]>([
    ['by a message of Azure’s end is dated by it', down(between(31, 30)), between(31.1, 30)],
    [
      'by a message of the router began with it',
      down(between(31, 30), null, createNotificationDownReason('local', 6, 2)),
      between(31, 30),
    ],
    ['by an operator began with it', down(between(31, 30), null, byLog('operator')), between(31, 30)],
    [
      'by the hold timer may be a hold time older at an end that lost its port',
      down(between(31, 30), null, createNotificationDownReason('local', 4, 0)),
      between(70, 30),
    ],
    [
      'by a hold timer of 30 s is no older than that',
      down(between(31, 30), null, createNotificationDownReason('local', 4, 0)),
      between(62, 30),
      30,
    ],
    [
      'by Azure’s hold timer was read whenever the router ran again',
      down(between(31, 30), null, createNotificationDownReason('remote', 4, 0)),
      between(70, 30),
      9,
    ],
    [
      'by BFD was found by it',
      down(between(31, 30), null, createNotificationDownReason('local', 6, 10)),
      between(33.25, 30),
    ],
    ['by BFD, says its log', down(between(31, 30), null, byLog('bfd')), between(33.25, 30)],
    [
      'by a connection that the neighbor’s host refused may be a keepalive interval older',
      down(between(31, 30), null, { by: 'remoteWithoutNotification' }),
      between(41, 30),
      30,
    ],
    [
      'that the router noticed before the last poll that saw it up is dated by the router',
      down(between(91, 90)),
      between(91, 90),
    ],
    ['that Azure noticed first is dated by its polls', down(between(2, 1), null, silent), azure],
    ['is not dated by an outage that was over', down(between(200, 199), between(150, 149)), azure],
    ['is not dated by one from beyond hold and keepalive times', down(between(400, 399), null), azure],
  ])('%s', (_, fall, started, holdTimeSeconds = 180) => {
    const context = given('down', azure, [event('session_down', azure)])
    narrowBoundsByRouters(context, [
      createTestSessionReportedByRouter([up(LONG_AGO_TIME_BOUNDS, fall.from), fall], { holdTimeSeconds }),
    ])
    const [shown] = eventsIn(context)
    expect([shown?.started, ensureResourceState(context, CIRCUIT).sessions['own']?.since]).toEqual([started, started])
  })

  it('and the path’s with it, which was raised before the router reported', () => {
    const context = given('down', azure, [
      createOngoingEvent('path_down', CIRCUIT, PRIMARY, { started: azure, ended: null }),
    ])
    const ends = [createTestSessionReportedByRouter([up(LONG_AGO_TIME_BOUNDS, between(31, 30)), down(between(31, 30))])]
    narrowBoundsByRouters(context, [
      createTestSessionReportedByRouter([down(between(20, 19))], { customer: '2001:db8::1' }),
    ])
    expect(eventsIn(context)[0]?.started).toEqual(azure)
    narrowBoundsByRouters(context, ends)
    expect(eventsIn(context)[0]?.started).toEqual(between(31.1, 30))
  })

  it('is confirmed by the router, without a second poll', () => {
    const context = given('down', azure, [
      createOngoingEvent('path_down', CIRCUIT, PRIMARY, { started: azure, flags: ['L2', 'unconfirmed'] }),
    ])
    const [live] = Object.values(ensureResourceState(context, CIRCUIT).live)
    if (live) live.confirm = { source: 'summary', lastAt: ago(8), left: 1 }
    const isConfirmed = () => live?.confirm === null
    narrowBoundsByRouters(context, [createTestSessionReportedByRouter([up(LONG_AGO_TIME_BOUNDS)])])
    expect(isConfirmed()).toBe(false)
    narrowBoundsByRouters(context, [
      createTestSessionReportedByRouter([up(LONG_AGO_TIME_BOUNDS, between(2, 1)), down(between(2, 1), null, silent)]),
    ])
    expect(isConfirmed()).toBe(true)
    expect(eventsIn(context)).toMatchObject([{ flags: ['L2'], ended: null }])
  })

  it('is narrowed once, however often it is folded', () => {
    const context = given('down', azure, [event('session_down', azure)])
    const ends = [createTestSessionReportedByRouter([up(LONG_AGO_TIME_BOUNDS, between(31, 30)), down(between(31, 30))])]
    narrowBoundsByRouters(context, ends)
    const first = eventsIn(context)
    narrowBoundsByRouters(context, ends)
    expect(eventsIn(context)).toEqual(first)
    expect(first[0]?.evidence.filter(({ field }) => field === 'routerEnd')).toHaveLength(1)
  })

  it('is not narrowed by the router of another path', () => {
    const context = given('down', azure, [event('session_down', azure)])
    narrowBoundsByRouters(context, [
      createTestSessionReportedByRouter([down(between(31, 30))], {
        on: { circuit: CIRCUIT, peering: 'private', path: 'secondary' },
        customer: '172.16.0.5',
      }),
    ])
    expect(eventsIn(context)[0]?.started).toEqual(azure)
  })

  it('ends with the life that both ends saw begin', () => {
    const context = given('up', between(60, 8), [event('session_down', between(190, 130), between(60, 8))])
    narrowBoundsByRouters(context, [
      createTestSessionReportedByRouter([
        up(LONG_AGO_TIME_BOUNDS, between(151, 150)),
        down(between(151, 150), between(21, 20)),
        up(between(21, 20)),
      ]),
    ])
    expect(eventsIn(context)[0]).toMatchObject({
      started: between(151.1, 150),
      ended: between(21, 19.9),
      duration: { minMs: 129_000, maxMs: 131_200 },
    })
  })

  it('and rise by a reset are as wide as the router’s', () => {
    const spans = [
      up(LONG_AGO_TIME_BOUNDS, between(30.01, 30)),
      down(between(30.01, 30), between(30, 29.99), createNotificationDownReason('remote', 6, 4)),
      up(between(30, 29.99)),
    ]
    const context = given('up', between(31, 29), [event('session_flap', between(70, 29), between(31, 29))])
    narrowBoundsByRouters(context, [createTestSessionReportedByRouter(spans)])
    expect(eventsIn(context)[0]).toMatchObject({
      started: between(30.11, 30),
      ended: between(30, 29.89),
      duration: { minMs: 0, maxMs: 220 },
    })
  })

  it('of several outages is the one that lasted when the polls saw it, else the next', () => {
    const [early, late] = [down(between(61, 60), between(51, 50)), down(between(41, 40), between(31, 30))]
    const spans = [early, up(between(51, 50), between(41, 40)), late, up(between(31, 30))]
    expect(findMatchingRouterOutage(createTestSessionReportedByRouter(spans), between(55, 8))).toBe(early)
    expect(findMatchingRouterOutage(createTestSessionReportedByRouter(spans), between(48, 8))).toBe(late)
  })
})

describe('a fall that Azure has not been asked about', () => {
  const [before, fall] = [up(LONG_AGO_TIME_BOUNDS, between(6, 5)), down(between(6, 5))]
  const reported = (context: DetectionContext) => eventsIn(context).filter(({ kind }) => kind === 'router_session_down')
  const noPoll = (context: DetectionContext, secondsLater = 0) => {
    const at = TEST_POLL_END_TIME + secondsLater * 1_000
    return { ...context, mark: { ...context.mark, outcome: 'not_polled' as const, startedAt: at, finishedAt: at } }
  }

  it('is known by the router alone, and ends with its next life', () => {
    const context = noPoll(given('up', LONG_AGO_TIME_BOUNDS))
    applyRouterSideRules(context, [createTestSessionReportedByRouter([before, fall])])
    expect(reported(context)).toMatchObject([
      { subject: SUBJECT, severity: 'major', started: between(6, 5), ended: null, flags: [`path:${PRIMARY}`] },
    ])
    const rise = between(-1, -2)
    applyRouterSideRules(noPoll(context, 3), [
      createTestSessionReportedByRouter([before, { ...fall, to: rise }, up(rise)], {
        observed: [{ from: LONG_AGO_TIME_BOUNDS.earliest, to: TEST_POLL_END_TIME + 3_000 }],
      }),
    ])
    expect(reported(context)).toMatchObject([{ ended: rise, duration: { minMs: 6_000, maxMs: 8_000 } }])
  })

  it.each<[string, DetectionContext, RouterStateInterval[], number?]>([
    ['Azure has shown', given('down', between(70, 8)), [before, fall]],
    ['was there when the router began to report', given('up', LONG_AGO_TIME_BOUNDS), [fall]],
    [
      'is the end of the monitoring alone',
      given('up', LONG_AGO_TIME_BOUNDS),
      [before, down(between(6, 5), null, { by: 'monitoringStopped' })],
    ],
    [
      'lasts for longer than both ends may differ',
      given('up', LONG_AGO_TIME_BOUNDS),
      [before, down(between(301, 300))],
    ],
    [
      'nobody observes any more',
      given('up', LONG_AGO_TIME_BOUNDS),
      [up(LONG_AGO_TIME_BOUNDS, between(71, 70)), down(between(71, 70))],
      90,
    ],
  ])('is none where it %s', (_, context, spans, unseenSeconds = 0) => {
    applyRouterSideRules(noPoll(context), [
      createTestSessionReportedByRouter(spans, {
        observed: [{ from: LONG_AGO_TIME_BOUNDS.earliest, to: ago(unseenSeconds) }],
      }),
    ])
    expect(reported(context)).toEqual([])
  })

  it('is known by a line of a log, too, and over by its next', () => {
    const context = noPoll(given('up', LONG_AGO_TIME_BOUNDS))
    const log = (spans: RouterStateInterval[]) => [createTestSessionReportedByRouter(spans, { observed: [] })]
    applyRouterSideRules(context, log([before, fall]))
    applyRouterSideRules(noPoll(context, 120), log([before, fall]))
    expect(reported(context)).toMatchObject([{ started: between(6, 5), ended: null }])
    const rise = between(-99, -100)
    applyRouterSideRules(noPoll(context, 200), log([before, { ...fall, to: rise }, up(rise)]))
    expect(reported(context)).toMatchObject([{ ended: rise }])
  })

  it('is over when the router is silent, and Azure’s end stayed up', () => {
    const context = noPoll(given('up', LONG_AGO_TIME_BOUNDS))
    const observed = [{ from: LONG_AGO_TIME_BOUNDS.earliest, to: TEST_POLL_END_TIME }]
    applyRouterSideRules(context, [createTestSessionReportedByRouter([before, fall], { observed })])
    applyRouterSideRules(noPoll(context, 120), [createTestSessionReportedByRouter([before, fall], { observed })])
    expect(reported(context)).toMatchObject([{ ended: null }])
    applyRouterSideRules(noPoll(context, 300), [createTestSessionReportedByRouter([before, fall], { observed })])
    expect(reported(context)).toMatchObject([{ ended: { earliest: ago(6), latest: TEST_POLL_END_TIME + 300_000 } }])
  })
})

describe('polls that are folded later than they finished', () => {
  const [fell, rose] = [between(60, 59.3), between(20, 19)]
  /** Returns the router's end as it was reported at a given time, together with the collector's session. */
  const endAt = (at: number): RouterSideSession => {
    const spans =
      at < fell.latest
        ? [up(LONG_AGO_TIME_BOUNDS)]
        : at < rose.latest
          ? [up(LONG_AGO_TIME_BOUNDS, fell), down(fell)]
          : [up(LONG_AGO_TIME_BOUNDS, fell), down(fell, rose), up(rose)]
    const isGone = at >= fell.latest && at < rose.latest
    const collector = isGone
      ? {
          state: 'down' as const,
          reason: { by: 'localWithoutNotification' as const, fsmEvent: 0 },
          from: fell,
          to: null,
        }
      : up(at < fell.latest ? LONG_AGO_TIME_BOUNDS : rose)
    return createTestSessionReportedByRouter(spans, {
      observed: [{ from: LONG_AGO_TIME_BOUNDS.earliest, to: at }],
      collector,
    })
  }
  const foldAt = (context: DetectionContext, at: number): DetectionContext => {
    const folded = {
      ...context,
      mark: { ...context.mark, outcome: 'not_polled' as const, startedAt: at, finishedAt: at },
    }
    applyRouterSideRules(folded, [endAt(at)])
    return folded
  }

  it('give one event for one fall, which ends with the router’s next life', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 90_000 }), { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 4 }),
        (ages, swaps) => {
          const times = ages.map((age) => TEST_POLL_END_TIME - age).toSorted((a, b) => a - b)
          // each poll may be evaluated after up to a few polls that finished later
          const order = times.map((at, index) => ({ at, turn: index + ((index * 7 + swaps) % (swaps + 1)) * 1.5 }))
          let context = given('up', LONG_AGO_TIME_BOUNDS)
          for (const { at } of order.toSorted((a, b) => a.turn - b.turn)) context = foldAt(context, at)
          context = foldAt(context, TEST_POLL_END_TIME)
          const found = eventsIn(context).filter(({ kind }) => kind === 'router_session_down')
          const isSeen = times.some((at) => at >= fell.latest && at < rose.latest)
          expect(found.length).toBeLessThanOrEqual(1)
          for (const one of found) expect(one).toMatchObject({ started: fell, ended: rose })
          if (isSeen && swaps === 0) expect(found).toHaveLength(1)
        },
      ),
    )
  })

  it('open and close nothing that a later poll knows better', () => {
    let context = given('up', LONG_AGO_TIME_BOUNDS)
    for (const seconds of [59, 59.5, 40, 18, 21, 0]) context = foldAt(context, ago(seconds))
    expect(eventsIn(context)).toMatchObject([{ kind: 'router_session_down', started: fell, ended: rose }])
  })
})

describe('a restart between two polls', () => {
  const restart = [
    up(LONG_AGO_TIME_BOUNDS, between(41, 40)),
    down(between(41, 40), between(31, 30)),
    up(between(31, 30)),
  ]

  it('that no answer of Azure’s shows is one, by the router', () => {
    const context = given('up', LONG_AGO_TIME_BOUNDS)
    applyRouterSideRules(context, [createTestSessionReportedByRouter(restart)])
    const [first] = eventsIn(context)
    expect(first).toMatchObject({
      kind: 'session_flap',
      subject: SUBJECT,
      started: between(41, 40),
      ended: between(31, 30),
      flags: ['by_router'],
    })
    applyRouterSideRules(context, [createTestSessionReportedByRouter(restart)])
    expect(eventsIn(context)).toEqual([first])
    const again = given('up', LONG_AGO_TIME_BOUNDS)
    again.mark = {
      ...again.mark,
      startedAt: again.mark.startedAt + MS_PER_MINUTE,
      finishedAt: again.mark.finishedAt + MS_PER_MINUTE,
    }
    applyRouterSideRules(again, [createTestSessionReportedByRouter(restart)])
    expect(eventsIn(again)[0]?.key).toBe(first?.key)
  })

  it('is found beside the last one, which Azure’s age shows', () => {
    const spans = [
      up(LONG_AGO_TIME_BOUNDS, between(56, 55)),
      down(between(56, 55), between(51, 50)),
      up(between(51, 50), between(41, 40)),
      ...restart.slice(1),
    ]
    const context = given('up', between(32, 29), [event('session_flap', between(70, 29), between(32, 29))])
    narrowBoundsByRouters(context, [createTestSessionReportedByRouter(spans)])
    applyRouterSideRules(context, [createTestSessionReportedByRouter(spans)])
    expect(eventsIn(context).map(({ started, flags }) => [started, flags])).toEqual([
      [between(41.1, 40), []],
      [between(56, 55), ['by_router']],
    ])
  })

  it('is found right after one that Azure’s age shows', () => {
    const second = { from: between(28.5, 28), to: between(25, 24) }
    const spans = [
      up(LONG_AGO_TIME_BOUNDS, between(41, 40)),
      down(between(41, 40), between(31.5, 31)),
      up(between(31.5, 31), second.from),
      down(second.from, second.to, createNotificationDownReason('local', 6, 4)),
      up(second.to),
    ]
    const context = given('up', between(32, 26), [event('session_flap', between(70, 26), between(32, 26))])
    for (const _ of ['folded', 'folded again']) {
      narrowBoundsByRouters(context, [createTestSessionReportedByRouter(spans)])
      applyRouterSideRules(context, [createTestSessionReportedByRouter(spans)])
    }
    expect(eventsIn(context).map(({ started, flags }) => [started, flags])).toEqual([
      [between(41.1, 40), []],
      [second.from, ['by_router']],
    ])
  })

  it('is none where the router had not reported the session up before', () => {
    const context = given('up', LONG_AGO_TIME_BOUNDS)
    applyRouterSideRules(context, [
      createTestSessionReportedByRouter([
        down({ earliest: ago(90_000), latest: ago(40) }, between(31, 30)),
        up(between(31, 30)),
      ]),
    ])
    expect(eventsIn(context)).toEqual([])
  })

  it('from before the first poll is none', () => {
    const context = given('up', { earliest: 0, latest: ago(20) })
    applyRouterSideRules(context, [createTestSessionReportedByRouter(restart)])
    expect(eventsIn(context)).toEqual([])
  })

  it.each([
    [
      'that an event has, which could not be held against the router',
      given('up', LONG_AGO_TIME_BOUNDS, [event('session_flap', between(70, 8), between(32, 29))]),
    ],
    ['of a session that is down at Azure', given('down', between(70, 8))],
  ])('%s is no second one', (_, context) => {
    const before = eventsIn(context)
    applyRouterSideRules(context, [createTestSessionReportedByRouter(restart)])
    expect(eventsIn(context).filter(({ kind }) => kind === 'session_flap')).toEqual(
      before.filter(({ kind }) => kind === 'session_flap'),
    )
  })
})

describe('ends that differ', () => {
  const lost = [up(LONG_AGO_TIME_BOUNDS, between(301, 300)), down(between(301, 300))]

  it('for longer than they may are an event that ends when they agree', () => {
    const context = given('up', LONG_AGO_TIME_BOUNDS)
    applyRouterSideRules(context, [createTestSessionReportedByRouter(lost)])
    expect(eventsIn(context)).toMatchObject([
      {
        kind: 'session_ends_differ',
        severity: 'major',
        started: between(301, 300),
        ended: null,
        flags: ['router_down'],
      },
    ])
    applyRouterSideRules(context, [
      createTestSessionReportedByRouter([
        ...lost.slice(0, 1),
        down(between(301, 300), between(6, 5)),
        up(between(6, 5)),
      ]),
    ])
    expect(eventsIn(context)[0]?.ended).toEqual(between(6, 5))
  })

  it('are judged with the next poll where only polls of others came since they may not', () => {
    const context = given('up', LONG_AGO_TIME_BOUNDS)
    context.routerEnds = [createTestSessionReportedByRouter(lost)]
    context.mark = { ...context.mark, kind: 'peers', scope: 'ergw-hub', subresource: '' }
    applyRouterSideRules(context, context.routerEnds)
    expect([eventsIn(context), findRouterSideRecheckTime(context, CIRCUIT)]).toEqual([[], RECHECK_AT_NEXT_POLL])
    const judged = given('up', LONG_AGO_TIME_BOUNDS)
    judged.routerEnds = context.routerEnds
    applyRouterSideRules(judged, judged.routerEnds)
    expect(findRouterSideRecheckTime(judged, CIRCUIT)).toBeNull()
  })

  it('are none while the router is not observed, and stay as they were', () => {
    const away = [{ from: LONG_AGO_TIME_BOUNDS.earliest, to: ago(200) }]
    const context = given('up', LONG_AGO_TIME_BOUNDS)
    applyRouterSideRules(context, [createTestSessionReportedByRouter(lost, { observed: away })])
    expect(eventsIn(context)).toEqual([])
  })

  it('for less are judged again when that is over', () => {
    const context = given('up', LONG_AGO_TIME_BOUNDS)
    context.routerEnds = [
      createTestSessionReportedByRouter([up(LONG_AGO_TIME_BOUNDS, between(61, 60)), down(between(61, 60))]),
    ]
    applyRouterSideRules(context, context.routerEnds)
    expect(eventsIn(context).map(({ kind }) => kind)).toEqual(['router_session_down'])
    expect(findRouterSideRecheckTime(context, CIRCUIT)).toBe(ago(60) + 240_001)
    expect(findRouterSideRecheckTime({ ...context, routerEnds: [] }, CIRCUIT)).toBeNull()
  })
})
