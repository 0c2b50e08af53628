import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { defaultNotifySettings as settings } from '../settings.ts'
import { createTestIncidentEventForNotices, createTestIncidentNoticeInput, TEST_START_TIME } from '../testing/facts.ts'
import { type AlertState, parseAlertState, NEVER_NOTIFIED_ALERT_STATE } from './alert-state.ts'
import { decideDueNotices } from './decide-notices.ts'
import type { EventOfIncident, IncidentForNotices } from './incident-facts.ts'

const at = (minutes: number) => TEST_START_TIME + minutes * MS_PER_MINUTE

interface Step {
  /** minutes after the event was detected */
  at: number
  facts: IncidentForNotices
}

/** Evaluates the steps in sequence. Returns `reason severity @minute` for each notice. */
function evaluate(steps: readonly Step[]): string[] {
  let state: AlertState = NEVER_NOTIFIED_ALERT_STATE
  return steps.flatMap((step) => {
    const decision = decideDueNotices(state, step.facts, at(step.at), settings)
    state = parseAlertState(JSON.parse(JSON.stringify(decision.state)))
    return decision.notices.map(({ reason, severity }) => `${reason} ${severity} @${step.at}`)
  })
}

const steady = (facts: IncidentForNotices, ...minutes: number[]): Step[] =>
  minutes.map((minute) => ({ at: minute, facts }))
const closed = (minute: number, given: Partial<IncidentForNotices> = {}) =>
  createTestIncidentNoticeInput({
    closedAt: at(minute),
    events: [createTestIncidentEventForNotices({ open: false })],
    ...given,
  })
const critical = createTestIncidentNoticeInput({
  events: [createTestIncidentEventForNotices({ severity: 'critical' })],
})
const acknowledged = (facts: IncidentForNotices, minute: number) => ({ ...facts, acknowledgedAt: at(minute) })

/** Returns the facts of an incident that other faults join, which are detected after six minutes unless given. */
const joinedBy = (...faults: Partial<EventOfIncident>[]) =>
  createTestIncidentNoticeInput({
    events: [
      createTestIncidentEventForNotices(),
      ...faults.map((fault) =>
        createTestIncidentEventForNotices({ id: 'e2', kind: 'mass_withdraw', detectedAt: at(6), ...fault }),
      ),
    ],
  })
const begunAt = (minute: number) => ({ earliest: at(minute - 1), latest: at(minute) })

describe('an incident is notified', () => {
  const needed = (when: NonNullable<IncidentForNotices['needed']>) => createTestIncidentNoticeInput({ needed: when })
  const cases: { name: string; steps: Step[]; notices: string[] }[] = [
    {
      name: 'again when it needs a person earlier than before, once for each opening',
      steps: [
        { at: 1, facts: needed('today') },
        { at: 2, facts: needed('now') },
        { at: 3, facts: needed('today') },
        { at: 4, facts: needed('now') },
      ],
      notices: ['opened major @1', 'urgent major @2'],
    },
    {
      name: 'once if its severity and its need rise together',
      steps: [
        { at: 1, facts: needed('today') },
        { at: 2, facts: { ...critical, needed: 'now' } },
      ],
      notices: ['opened major @1', 'raised critical @2'],
    },
    {
      name: 'after 20 s if major',
      steps: steady(createTestIncidentNoticeInput(), 0, 0.3, 0.34),
      notices: ['opened major @0.34'],
    },
    {
      name: 'one poll interval after detection if less',
      steps: steady(
        createTestIncidentNoticeInput({ events: [createTestIncidentEventForNotices({ severity: 'minor' })] }),
        0,
        0.9,
        1,
      ),
      notices: ['opened minor @1'],
    },
    {
      name: 'after 20 s at the earliest if less, however often polls are made',
      steps: steady(
        createTestIncidentNoticeInput({
          pollMs: 5 * MS_PER_SECOND,
          events: [createTestIncidentEventForNotices({ severity: 'warning' })],
        }),
        0,
        0.1,
        0.3,
        0.34,
      ),
      notices: ['opened warning @0.34'],
    },
    { name: 'after 20 s if critical', steps: steady(critical, 0, 0.3, 0.34), notices: ['opened critical @0.34'] },
    {
      name: "2 s after detection if a customer's router reports it, too",
      steps: steady(createTestIncidentNoticeInput({ reportedByRouter: true }), 0, 0.03, 0.04, 1),
      notices: ['opened major @0.04'],
    },
    {
      name: 'once when it opens and once when it closes',
      steps: [
        ...steady(createTestIncidentNoticeInput(), 1, 2),
        { at: 9, facts: closed(9) },
        { at: 10, facts: closed(9) },
      ],
      notices: ['opened major @1', 'closed major @9'],
    },
    {
      name: 'by its closing alone if it closed before it settled',
      steps: [{ at: 0.3, facts: closed(0.3) }, ...steady(closed(0.3), 1, 2)],
      notices: ['closed major @1'],
    },
    {
      name: 'not again while it is snoozed, and once when that is over',
      steps: [
        ...steady(critical, 1),
        ...steady({ ...critical, snoozedUntil: at(120) }, 2, 40, 119),
        ...steady({ ...critical, snoozedUntil: at(120) }, 120, 121),
      ],
      notices: ['opened critical @1', 'unsnoozed critical @120'],
    },
    {
      name: 'while it is snoozed where it gets worse, and when it closes',
      steps: [
        ...steady(createTestIncidentNoticeInput(), 1),
        ...steady(
          {
            ...createTestIncidentNoticeInput({ events: [createTestIncidentEventForNotices({ severity: 'critical' })] }),
            snoozedUntil: at(120),
          },
          2,
        ),
        { at: 60, facts: closed(60, { snoozedUntil: at(120) }) },
      ],
      notices: ['opened major @1', 'raised critical @2', 'closed critical @60'],
    },
    {
      name: 'by the end of a snooze that somebody ends',
      steps: [
        ...steady(createTestIncidentNoticeInput(), 1),
        ...steady({ ...createTestIncidentNoticeInput(), snoozedUntil: at(120) }, 2),
        ...steady({ ...createTestIncidentNoticeInput(), snoozedUntil: at(30) }, 30),
      ],
      notices: ['opened major @1', 'unsnoozed major @30'],
    },
    {
      name: 'not while all its events are unconfirmed',
      steps: [
        ...steady(
          createTestIncidentNoticeInput({ events: [createTestIncidentEventForNotices({ confirmed: false })] }),
          1,
          30,
        ),
        {
          at: 31,
          facts: closed(31, { events: [createTestIncidentEventForNotices({ confirmed: false, open: false })] }),
        },
      ],
      notices: [],
    },
    {
      name: 'at once when a confirmation arrives after it settled',
      steps: [
        {
          at: 2,
          facts: createTestIncidentNoticeInput({ events: [createTestIncidentEventForNotices({ confirmed: false })] }),
        },
        ...steady(createTestIncidentNoticeInput(), 2.1),
      ],
      notices: ['opened major @2.1'],
    },
    {
      name: 'not while a maintenance window expects it',
      steps: steady(
        createTestIncidentNoticeInput({ events: [createTestIncidentEventForNotices({ muted: true })] }),
        1,
        60,
      ),
      notices: [],
    },
    {
      name: 'when an event breaks through a maintenance window, with that severity',
      steps: steady(
        createTestIncidentNoticeInput({
          events: [
            createTestIncidentEventForNotices({ muted: true, severity: 'critical' }),
            createTestIncidentEventForNotices({ id: 'e2', detectedAt: at(3), severity: 'major' }),
          ],
        }),
        1,
        3.3,
        4,
      ),
      notices: ['opened major @4'],
    },
    {
      name: 'again when its severity rises, even if acknowledged',
      steps: [
        ...steady(createTestIncidentNoticeInput(), 1),
        { at: 5, facts: acknowledged(createTestIncidentNoticeInput(), 5) },
        {
          at: 6,
          facts: acknowledged(
            createTestIncidentNoticeInput({
              events: [
                createTestIncidentEventForNotices(),
                createTestIncidentEventForNotices({ id: 'e2', severity: 'critical', detectedAt: at(5.5) }),
              ],
            }),
            5,
          ),
        },
      ],
      notices: ['opened major @1', 'acknowledged major @5', 'raised critical @6'],
    },
    {
      name: 'when a fault of another kind joins it that began after the first notice',
      steps: [...steady(createTestIncidentNoticeInput(), 1), ...steady(joinedBy({ started: begunAt(6) }), 6, 6.4, 7)],
      notices: ['opened major @1', 'extended major @6.4'],
    },
    {
      name: 'when a fault joins it that was found 3 min later, even if it may have begun together with the first',
      steps: [
        ...steady(createTestIncidentNoticeInput(), 1),
        ...steady(joinedBy({ started: { earliest: TEST_START_TIME, latest: at(6) } }), 6, 6.4, 7),
      ],
      notices: ['opened major @1', 'extended major @6.4'],
    },
    {
      name: 'once for two faults that join it together, and again for a third fault',
      steps: [
        ...steady(createTestIncidentNoticeInput(), 1),
        ...steady(joinedBy({ started: begunAt(6) }, { id: 'e3', scope: 'gw', started: begunAt(6) }), 6.4),
        ...steady(
          joinedBy({ started: begunAt(6) }, { id: 'e4', kind: 'session_down', started: begunAt(9), detectedAt: at(9) }),
          9.4,
        ),
      ],
      notices: ['opened major @1', 'extended major @6.4', 'extended major @9.4'],
    },
    {
      name: 'not when polls of the same failure return later',
      steps: [
        ...steady(createTestIncidentNoticeInput(), 1),
        ...steady(
          joinedBy({ detectedAt: at(2), started: { earliest: TEST_START_TIME - MS_PER_MINUTE, latest: at(2) } }),
          2,
          3,
          9,
        ),
      ],
      notices: ['opened major @1'],
    },
    {
      name: 'not when the same resource fails again in the same way',
      steps: [
        ...steady(createTestIncidentNoticeInput(), 1),
        ...steady(joinedBy({ kind: 'path_down', started: begunAt(6) }), 6.4, 9),
      ],
      notices: ['opened major @1'],
    },
    {
      name: 'not when a fault joins it that is part of another, that is over, or while it is snoozed',
      steps: [
        ...steady(createTestIncidentNoticeInput(), 1),
        ...steady(joinedBy({ isRoot: false, started: begunAt(6) }), 6.4),
        ...steady(joinedBy({ open: false, started: begunAt(6) }), 6.5),
        ...steady({ ...joinedBy({ started: begunAt(6) }), snoozedUntil: at(120) }, 6.6),
      ],
      notices: ['opened major @1'],
    },
    {
      name: 'as raised only, when the fault that joins it is worse',
      steps: [
        ...steady(createTestIncidentNoticeInput(), 1),
        ...steady(joinedBy({ severity: 'critical', started: begunAt(6) }), 6.4, 7, 8),
      ],
      notices: ['opened major @1', 'raised critical @6.4'],
    },
    {
      name: 'without a separate notice of an acknowledgement that came first',
      steps: steady(acknowledged(createTestIncidentNoticeInput(), 0.5), 1, 2),
      notices: ['opened major @1'],
    },
    {
      name: 'every 30 min while critical',
      steps: [...steady(critical, 1, 30, 31, 60, 61)],
      notices: ['opened critical @1', 'repeated critical @31', 'repeated critical @61'],
    },
    {
      name: 'every 4 h while major',
      steps: steady(createTestIncidentNoticeInput(), 1, 240, 241),
      notices: ['opened major @1', 'repeated major @241'],
    },
    {
      name: 'only once while minor',
      steps: steady(
        createTestIncidentNoticeInput({ events: [createTestIncidentEventForNotices({ severity: 'minor' })] }),
        1,
        600,
        6_000,
      ),
      notices: ['opened minor @1'],
    },
    {
      name: 'not repeated while acknowledged, until the acknowledgement is 8 h old',
      steps: [...steady(critical, 1), ...steady(acknowledged(critical, 10), 10, 31, 400, 489, 490)],
      notices: ['opened critical @1', 'acknowledged critical @10', 'repeated critical @490'],
    },
    {
      name: 'as unverifiable, once per period without good samples, which closes nothing',
      steps: [
        ...steady(createTestIncidentNoticeInput({ lastGoodSampleAt: at(0) }), 1, 2.9, 3, 5),
        { at: 6, facts: createTestIncidentNoticeInput({ lastGoodSampleAt: at(6) }) },
        { at: 10, facts: createTestIncidentNoticeInput({ lastGoodSampleAt: at(6) }) },
      ],
      notices: ['opened major @1', 'unverifiable major @3', 'unverifiable major @10'],
    },
    {
      name: 'again when it reopens, without the acknowledgement of the earlier opening',
      steps: [
        ...steady(acknowledged(critical, 2), 1, 2),
        {
          at: 5,
          facts: acknowledged(
            closed(5, { events: [createTestIncidentEventForNotices({ severity: 'critical', open: false })] }),
            2,
          ),
        },
        ...steady(
          acknowledged(
            createTestIncidentNoticeInput({
              events: [
                createTestIncidentEventForNotices({ severity: 'critical', open: false }),
                createTestIncidentEventForNotices({ id: 'e2', severity: 'critical', detectedAt: at(10) }),
              ],
            }),
            2,
          ),
          10,
          11,
          41,
        ),
      ],
      notices: ['opened critical @1', 'closed critical @5', 'opened critical @11', 'repeated critical @41'],
    },
  ]
  it.each(cases)('$name', ({ steps, notices }) => {
    expect(evaluate(steps)).toEqual(notices)
  })
})

describe('a flapping incident', () => {
  const cycle = (number: number): Step[] => {
    const detected = number * 8
    const open = createTestIncidentNoticeInput({
      events: [createTestIncidentEventForNotices({ id: `e${number}`, detectedAt: at(detected) })],
    })
    return [
      { at: detected + 1, facts: open },
      { at: detected + 4, facts: { ...open, closedAt: at(detected + 4), events: [] } },
    ]
  }
  const calm = { ...createTestIncidentNoticeInput({ events: [] }), closedAt: at(4 * 8 + 4) }

  it('is notified as flapping at its third opening and as closed after 30 min of quiet, with nothing in between', () => {
    const notices = evaluate([...[0, 1, 2, 3, 4].flatMap(cycle), { at: 60, facts: calm }, { at: 66, facts: calm }])
    expect(notices).toEqual([
      'opened major @1',
      'closed major @4',
      'opened major @9',
      'closed major @12',
      'flapping major @17',
      'closed major @66',
    ])
  })

  it('is still notified when its severity rises', () => {
    const worse = createTestIncidentNoticeInput({
      events: [createTestIncidentEventForNotices({ id: 'e3', severity: 'critical', detectedAt: at(24) })],
    })
    expect(evaluate([...[0, 1, 2].flatMap(cycle), { at: 25, facts: worse }]).slice(4)).toEqual([
      'flapping major @17',
      'raised critical @25',
    ])
  })

  it('still wakes somebody when an outage needs a person now, once', () => {
    const needed = (step: Step, when: NonNullable<IncidentForNotices['needed']>) => ({
      ...step,
      facts: { ...step.facts, needed: when },
    })
    const before = [0, 1, 2].flatMap(cycle).map((step) => needed(step, 'today'))
    const [open, over] = cycle(3) as [Step, Step]
    const [again] = cycle(4) as [Step, Step]
    const steps = [
      ...before,
      needed(open, 'today'),
      needed({ ...open, at: 26 }, 'now'),
      needed(over, 'nobody'),
      needed(again, 'now'),
    ]
    expect(evaluate(steps).slice(4)).toEqual(['flapping major @17', 'urgent major @26'])
    expect(evaluate([...before, needed(again, 'now')]).slice(4)).toEqual(['flapping major @17', 'urgent major @33'])
  })
})

describe('a new fault of a flapping incident', () => {
  const CUSTOMER = 'closed_by_customer onprem'
  /** Returns the openings of an incident every 8 min, each with the faults of one outage, and closed 4 min later. */
  const outages = (...each: Partial<EventOfIncident>[][]): Step[] => {
    const events: EventOfIncident[] = []
    return each.flatMap((faults, number) => {
      const detected = number * 8
      const own = faults.map((fault, n) =>
        createTestIncidentEventForNotices({
          id: `e${number}${n}`,
          detectedAt: at(detected),
          started: begunAt(detected),
          cause: CUSTOMER,
          ...fault,
        }),
      )
      const facts = createTestIncidentNoticeInput({ events: [...events, ...own] })
      events.push(...own.map((one) => ({ ...one, open: false })))
      const over = { ...facts, events: [...events], closedAt: at(detected + 4) }
      return [...[1, 2, 3.5].map((after) => ({ at: detected + after, facts })), { at: detected + 4, facts: over }]
    })
  }
  const flaps = [[{}], [{}], [{}]]
  const secondary = { subject: 'AzurePrivatePeering/secondary' }
  const microsoft = { cause: 'closed_by_microsoft microsoft' }
  const slow = (detected: number, fault: Partial<EventOfIncident> = {}) => ({
    kind: 'mass_withdraw' as const,
    detectedAt: at(detected),
    started: begunAt(detected - 1),
    ...fault,
  })

  it.each<{ name: string; later: Partial<EventOfIncident>[][]; notices: string[] }>([
    { name: 'is silent if it repeats a fault on its link', later: [[{}], [{}]], notices: [] },
    {
      name: 'is notified once if it has another cause',
      later: [[microsoft], [microsoft], [{}]],
      notices: ['extended major @25'],
    },
    { name: 'is silent if its cause is unknown', later: [[{ cause: null }]], notices: [] },
    {
      name: 'is notified once if another link failed',
      later: [[secondary], [secondary, {}]],
      notices: ['extended major @25'],
    },
    {
      name: 'is silent if only the list of its prefixes differs',
      later: [
        [{ kind: 'more_specific', subject: '10.0.0.0/8 and 2 more' }],
        [{ kind: 'more_specific', subject: '10.0.0.0/8 and 3 more' }],
      ],
      notices: ['extended major @25'],
    },
    {
      name: 'is silent if another kind of event reports that the session failed again',
      later: [
        [{ kind: 'session_down', subject: 'a~b' }],
        [{ kind: 'session_flap', subject: 'a~b' }],
        [{ kind: 'session_flap', subject: 'a~c' }],
      ],
      notices: ['extended major @25', 'extended major @41'],
    },
    {
      name: 'is notified once if it began before a silent opening and is detected within 3 min after it',
      later: [[{}, slow(25)], [{}, slow(33)], [slow(40)]],
      notices: ['extended major @26'],
    },
    {
      name: 'is silent if a slower poll shows the failure of the last notice',
      later: [
        [secondary, slow(25)],
        [{}, slow(33)],
      ],
      notices: ['extended major @25'],
    },
    {
      name: 'is notified if it joins later and began later',
      later: [[{}, slow(26.5, { started: begunAt(26.5) })]],
      notices: ['extended major @27.5'],
    },
    {
      name: 'is left out if the severity rises',
      later: [[{ ...microsoft, severity: 'critical' }], [microsoft]],
      notices: ['raised critical @25'],
    },
  ])('$name', ({ later, notices }) => {
    expect(evaluate(outages(...flaps, ...later)).slice(4)).toEqual(['flapping major @17', ...notices])
  })

  it('is notified when its new cause is found, if its opening was silent', () => {
    const steps = outages(...flaps, [{}])
    const found = steps.map((step) =>
      step.at < 27
        ? step
        : {
            ...step,
            facts: {
              ...step.facts,
              events: step.facts.events.map((e) => (e.id === 'e30' ? { ...e, ...microsoft } : e)),
            },
          },
    )
    expect(evaluate(found).slice(4)).toEqual(['flapping major @17', 'extended major @27.5'])
  })

  it('waits for a notice of several if many links fail one after the other', () => {
    const before = outages(...flaps, [{}])
    const last = before.at(-2)?.facts
    const links = Array.from({ length: 12 }, (_, n) =>
      createTestIncidentEventForNotices({
        id: `link${n}`,
        kind: 'session_down',
        subject: `a~${n}`,
        detectedAt: at(27 + n),
        started: begunAt(27 + n),
      }),
    )
    const rolling = links.map((_, n) => ({
      at: 27.5 + n,
      facts: createTestIncidentNoticeInput({ events: [...(last?.events ?? []), ...links.slice(0, n + 1)] }),
    }))
    const steps = [...before.slice(0, -2), ...rolling]
    expect(evaluate(steps).slice(5)).toEqual([27.5, 30.5, 33.5, 36.5].map((minute) => `extended major @${minute}`))
  })

  it('is named alone', () => {
    let state: AlertState = NEVER_NOTIFIED_ALERT_STATE
    const faults = outages(...flaps, [{}, secondary]).flatMap((step) => {
      const decision = decideDueNotices(state, step.facts, at(step.at), settings)
      state = decision.state
      return decision.notices.map(({ faults: named }) => named)
    })
    expect(faults.at(-1)).toEqual(['e31'])
  })
})

describe('the notices of an incident that opens again', () => {
  const first = createTestIncidentEventForNotices({ open: false })
  const second = createTestIncidentEventForNotices({ id: 'e2', detectedAt: at(10) })
  const third = createTestIncidentEventForNotices({ id: 'e3', severity: 'critical', detectedAt: at(12) })
  const faultsOf = (steps: readonly Step[]) => {
    let state: AlertState = NEVER_NOTIFIED_ALERT_STATE
    return steps.flatMap((step) => {
      const decision = decideDueNotices(state, step.facts, at(step.at), settings)
      state = decision.state
      return decision.notices.map(({ reason, faults }) => [reason, faults])
    })
  }

  it('name the faults since then, and not those of the former openings', () => {
    const reopened = createTestIncidentNoticeInput({ events: [first, second] })
    expect(
      faultsOf([
        ...steady(createTestIncidentNoticeInput(), 1),
        { at: 5, facts: closed(5) },
        ...steady(reopened, 11),
        ...steady(createTestIncidentNoticeInput({ events: [first, second, third] }), 13),
        ...steady(acknowledged(createTestIncidentNoticeInput({ events: [first, second, third] }), 14), 14),
        { at: 20, facts: closed(20, { events: [first, { ...second, open: false }, { ...third, open: false }] }) },
      ]),
    ).toEqual([
      ['opened', undefined],
      ['closed', undefined],
      ['opened', ['e2']],
      ['raised', ['e2', 'e3']],
      ['acknowledged', undefined],
      ['closed', undefined],
    ])
  })

  it('name a fault that joins the reopened incident alone', () => {
    const joining = createTestIncidentEventForNotices({
      id: 'e3',
      kind: 'mass_withdraw',
      detectedAt: at(16),
      started: begunAt(16),
    })
    expect(
      faultsOf([
        ...steady(createTestIncidentNoticeInput(), 1),
        { at: 5, facts: closed(5) },
        ...steady(createTestIncidentNoticeInput({ events: [first, second] }), 11),
        ...steady(createTestIncidentNoticeInput({ events: [first, second, joining] }), 16.4),
      ]).slice(2),
    ).toEqual([
      ['opened', ['e2']],
      ['extended', ['e3']],
    ])
  })
})

describe('a stored state', () => {
  it('of another version is discarded', () => {
    expect(parseAlertState({ version: 1, phase: 'open' })).toEqual(NEVER_NOTIFIED_ALERT_STATE)
    expect(parseAlertState(null)).toEqual(NEVER_NOTIFIED_ALERT_STATE)
  })

  it('without known faults has those of the events up to its last opening, and the causes that its last notice named', () => {
    const { known: _, ...older } = {
      ...NEVER_NOTIFIED_ALERT_STATE,
      phase: 'open' as const,
      notifiedAt: at(16),
      lastTransitionAt: at(24),
    }
    const events = [
      createTestIncidentEventForNotices({ cause: 'a onprem' }),
      createTestIncidentEventForNotices({ scope: 'silent', detectedAt: at(23), cause: 'b microsoft' }),
      createTestIncidentEventForNotices({ scope: 'muted', muted: true }),
      createTestIncidentEventForNotices({ scope: 'later', detectedAt: at(25) }),
    ]
    const path = 'AzurePrivatePeering/primary'
    expect(parseAlertState(older, events).known).toEqual([
      `path_down ckt ${path}`,
      `path_down silent ${path}`,
      'a onprem',
    ])
    expect(parseAlertState({ ...older, known: ['x'] }, events).known).toEqual(['x'])
  })

  it('rests on the documented settings', () => {
    expect(settings['acknowledge.expires']).toBe(8 * MS_PER_HOUR)
    expect(settings['settle.major']).toBe(20 * MS_PER_SECOND)
  })
})
