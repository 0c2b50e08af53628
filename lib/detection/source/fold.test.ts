import { describe, expect, it } from 'vitest'
import { type ActivityRow, RESOURCE_CHANGE_CATEGORY } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type SourceDetectionState, parseSourceDetectionState } from '../model/source-state.ts'
import { applyPollToDetectionState } from './fold-poll.ts'
import type { ExtraDataOfGoodPoll } from './readings.ts'
import {
  type FedPoll,
  evaluateTestPolls,
  convertTestPollsToRecords,
  createTestSessionSample,
  listLastEventVersions,
  TEST_SESSION_SUBJECT,
} from './testing/session-feed.ts'

const T0 = Date.UTC(2026, 10, 20, 3, 0, 0)
const up = createTestSessionSample('established')
const down = createTestSessionSample('connect')

/** Returns one poll per minute, each taking 2 s, the n-th poll with the n-th row. */
function minutely(rows: (FedPoll['row'] | Partial<FedPoll>)[]): FedPoll[] {
  return rows.map((row, n) => {
    const times = { startedAt: T0 + n * MS_PER_MINUTE, finishedAt: T0 + n * MS_PER_MINUTE + 2_000 }
    return row && 'state' in row ? { ...times, row } : { row: null, ...times, ...row }
  })
}
const failed: Partial<FedPoll> = { outcome: 'unavailable' }
const missing: Partial<FedPoll> = { row: null }
const at = (n: number) => T0 + n * MS_PER_MINUTE
const kinds = (rows: Parameters<typeof minutely>[0]) =>
  listLastEventVersions(evaluateTestPolls(minutely(rows)).events).map(({ kind }) => kind)

describe('what makes an event', () => {
  it.each<[string, Parameters<typeof minutely>[0], string[]]>([
    ['a first sight, whatever it shows', [up], []],
    ['a first sight of a session that is not established', [down], []],
    ['an established session seen otherwise', [up, down], ['session_down']],
    [
      'the same over several samples, once',
      [up, down, down, createTestSessionSample('idle'), createTestSessionSample('active')],
      ['session_down'],
    ],
    ['a session that comes back', [up, down, up], ['session_down', 'session_up']],
    ['a session that never was established and stays so', [down, createTestSessionSample('idle'), down], []],
    ['a session that is established for the first time', [down, up], ['session_up']],
    ['failed polls', [up, failed, failed, failed, up], []],
    ['a loss around failed polls', [up, failed, down, failed, up], ['session_down', 'session_up']],
    ['a state that Azure calls unknown', [up, createTestSessionSample('unknown'), up], []],
    [
      'a loss behind unknown states',
      [up, createTestSessionSample('unknown'), createTestSessionSample('unknown'), down],
      ['session_down'],
    ],
    [
      'unknown states within an outage',
      [up, down, createTestSessionSample('unknown'), down, up],
      ['session_down', 'session_up'],
    ],
    ['an unknown state at first sight', [createTestSessionSample('unknown'), up], []],
    ['one sample without the row', [up, missing, up], []],
    ['two samples without the row', [up, missing, missing], ['session_down']],
    ['two samples without the row, a failed poll between', [up, missing, failed, missing], ['session_down']],
    ['a lone sample without the row and failed polls', [up, missing, failed, failed], []],
    [
      'a row that is missing, then unknown, then missing',
      [up, missing, createTestSessionSample('unknown'), missing],
      [],
    ],
    ['a row that is gone for long, and back', [up, missing, missing, missing, up], ['session_down', 'session_up']],
    ['a row that is gone, and back in another state', [up, missing, down], ['session_down']],
    ['a missing row of a session that never was established', [down, missing, missing, missing], []],
    ['an instance that does not report', [up, { silent: true }, { silent: true }, { silent: true }, up], []],
    ['a loss behind a silent instance', [up, { silent: true }, down], ['session_down']],
    ['a silent instance between missing rows', [up, missing, { silent: true }, up], []],
    [
      'an established session that is held down',
      [up, createTestSessionSample('idle', { downReason: 'admin' })],
      ['session_down'],
    ],
    ['two losses', [up, down, up, down, up], ['session_down', 'session_up', 'session_down', 'session_up']],
  ])('%s', (_, rows, expected) => expect(kinds(rows)).toEqual(expected))
})

describe('bounds', () => {
  it('of a loss run from the last good sample that showed it up to the one that proved it', () => {
    const [event] = evaluateTestPolls(minutely([up, up, down])).events
    expect(event).toMatchObject({
      started: { earliest: at(1), latest: at(2) + 2_000 },
      detectedAt: at(2) + 2_000,
      ended: null,
    })
  })

  it('are widened by failed polls, unknown states and silence', () => {
    const [event] = evaluateTestPolls(
      minutely([up, failed, createTestSessionSample('unknown'), { silent: true }, down]),
    ).events
    expect(event?.started).toEqual({ earliest: at(0), latest: at(4) + 2_000 })
  })

  it('of an instance that was silent reach back to its last report, whatever the change itself says', () => {
    const polls = convertTestPollsToRecords(minutely([up, { silent: true }, { silent: true }, down]))
    let state = parseSourceDetectionState(null)
    for (const { mark, changes } of polls) {
      const narrow = changes.map((change) => ({
        ...change,
        between: { earliest: mark.previousOkAt ?? at(0), latest: mark.finishedAt },
      }))
      const folded = applyPollToDetectionState(state, mark, narrow as typeof changes)
      state = folded.state
      if (mark.startedAt === at(3)) expect(folded.events[0]?.started.earliest).toBe(at(0))
    }
    expect(state.silentSince).toEqual({})
  })

  it('of a row that went missing are those of the first sample without it', () => {
    const [event] = evaluateTestPolls(minutely([up, up, missing, failed, missing])).events
    expect(event).toMatchObject({
      started: { earliest: at(1), latest: at(2) + 2_000 },
      detectedAt: at(4) + 2_000,
      flags: ['row_missing'],
    })
  })

  it('of a return are the samples around it where no duration is reported', () => {
    const [, event] = listLastEventVersions(evaluateTestPolls(minutely([up, down, down, up])).events)
    expect(event).toMatchObject({
      kind: 'session_up',
      started: { earliest: at(2), latest: at(3) + 2_000 },
      ended: { earliest: at(2), latest: at(3) + 2_000 },
      duration: null,
      severity: 'info',
    })
  })

  it('of a return are those of the reported establishment, clipped to the samples around it', () => {
    const reported = { earliest: at(2) - 500, latest: at(2) + 1_500 }
    const [, event] = listLastEventVersions(
      evaluateTestPolls(minutely([up, down, down, { row: { ...up, establishedAt: reported } }])).events,
    )
    expect(event?.started).toEqual({ earliest: at(2), latest: at(2) + 1_500 })
  })

  it('ignore a reported establishment that the samples refute, and say so', () => {
    const reported = { earliest: at(0), latest: at(0) + 2_000 }
    const [, event] = listLastEventVersions(
      evaluateTestPolls(minutely([up, down, down, { row: { ...up, establishedAt: reported } }])).events,
    )
    expect(event).toMatchObject({ started: { earliest: at(2), latest: at(3) + 2_000 }, flags: ['inconsistent'] })
  })

  it('of a row that was gone for long and is back begin with the last sample without it', () => {
    const [, event] = listLastEventVersions(
      evaluateTestPolls(minutely([up, missing, missing, missing, missing, up])).events,
    )
    expect(event).toMatchObject({ kind: 'session_up', started: { earliest: at(4), latest: at(5) + 2_000 }, flags: [] })
  })

  it('of such a row are those of the reported establishment, which missing rows do not refute', () => {
    const reported = { earliest: at(2) + 10_000, latest: at(2) + 12_000 }
    const rows = [up, missing, missing, missing, missing, { row: { ...up, establishedAt: reported } }]
    const [, event] = listLastEventVersions(evaluateTestPolls(minutely(rows)).events)
    expect(event).toMatchObject({ kind: 'session_up', started: reported, flags: [] })
  })

  it('of such a row are not those of an establishment that a sample refutes', () => {
    const reported = { earliest: at(1) + 10_000, latest: at(1) + 12_000 }
    const rows = [up, missing, missing, down, missing, { row: { ...up, establishedAt: reported } }]
    const [, event] = listLastEventVersions(evaluateTestPolls(minutely(rows)).events)
    expect(event).toMatchObject({ started: { earliest: at(4), latest: at(5) + 2_000 }, flags: ['inconsistent'] })
  })

  it('close the loss with the outage between its inner and its outer ends', () => {
    const reported = { earliest: at(3) - 20_000, latest: at(3) - 18_000 }
    const [event] = listLastEventVersions(
      evaluateTestPolls(minutely([up, down, down, { row: { ...up, establishedAt: reported } }])).events,
    )
    expect(event).toMatchObject({
      kind: 'session_down',
      started: { earliest: at(0), latest: at(1) + 2_000 },
      ended: reported,
      duration: { minMs: MS_PER_MINUTE + 38_000, maxMs: 2 * MS_PER_MINUTE + 42_000 },
    })
  })
})

describe('a gateway instance whose place another one took', () => {
  const other = (n: number): ExtraDataOfGoodPoll => ({
    sessions: [{ localAddress: '10.0.4.20', neighbor: '10.0.4.4', asn: 12_076, established: n > 0, prefixes: 50 }],
  })
  /** Evaluates the rows of one instance; from `left` on it is gone, and polls show only the other instance. */
  const folded = (rows: Parameters<typeof minutely>[0], left: number) => {
    let state: SourceDetectionState | null = null
    const events = convertTestPollsToRecords(minutely(rows)).flatMap(({ mark, changes }, n) => {
      const step = applyPollToDetectionState(state, mark, changes, n >= left ? other(n) : {})
      state = step.state
      return step.events
    })
    return { events: listLastEventVersions(events), state: state as SourceDetectionState | null }
  }

  it.each<[string, Parameters<typeof minutely>[0], number]>([
    ['was silent before', [up, { silent: true }, { silent: true }, missing, missing, missing], 3],
    ['left at once', [up, missing, missing, missing], 1],
  ])('takes no session down that was up: it %s', (_, rows, left) => {
    const { events, state } = folded(rows, left)
    expect(events).toEqual([])
    expect(state?.sessions ?? {}).toEqual({})
  })

  it('ends the outages of its sessions with it', () => {
    const { events, state } = folded([up, down, { silent: true }, { silent: true }, missing, missing], 4)
    expect(events).toMatchObject([
      {
        kind: 'session_down',
        started: { earliest: at(0), latest: at(1) + 2_000 },
        ended: { latest: at(4) + 2_000 },
        flags: ['replaced'],
      },
    ])
    expect(state?.sessions).toEqual({})
  })
})

describe('what an event says', () => {
  it('names scope and session, an unknown cause, and the rows around it', () => {
    const before = createTestSessionSample('established', { messagesReceived: '4995', prefixesReceived: 50 })
    const [event] = evaluateTestPolls(
      minutely([{ row: before }, { row: createTestSessionSample('connect', { messagesReceived: '5001' }) }]),
    ).events
    expect(event).toMatchObject({ scope: 'gw1', subject: TEST_SESSION_SUBJECT, severity: 'minor' })
    expect(event?.causes).toMatchObject([{ class: 'unknown_cause', owner: 'unknown', confidence: 0 }])
    const sampled = {
      sampledBefore: { earliest: at(0), latest: at(1) },
      sampledAfter: { earliest: at(1), latest: at(1) + 2_000 },
    }
    expect(event?.evidence).toEqual([
      { field: 'azureState', before: 'Connected', after: 'Connecting', ...sampled },
      { field: 'prefixesReceived', before: 50, after: null, ...sampled },
      { field: 'messagesReceived', before: '4995', after: '5001', ...sampled },
    ])
  })

  it('is reported by the gateway alone where an MSEE lists a session with a gateway too', () => {
    const ofGateway = [
      createTestSessionSample('established', { asn: 65515 }),
      createTestSessionSample('active', { asn: 65515 }),
    ]
    const seenBy = (kind: 'peers' | 'summary') => {
      let state = parseSourceDetectionState(null)
      return convertTestPollsToRecords(minutely(ofGateway)).flatMap(({ mark, changes }) => {
        const folded = applyPollToDetectionState(state, { ...mark, kind }, changes)
        state = folded.state
        return folded.events.map((event) => event.kind)
      })
    }
    expect(seenBy('summary')).toEqual([])
    expect(seenBy('peers')).toEqual(['session_down'])
  })

  it('labels what an administrator holds down', () => {
    const [event] = evaluateTestPolls(minutely([up, createTestSessionSample('stopped')])).events
    expect(event?.flags).toEqual(['administrative'])
  })

  it('keeps one key from opening to closing, another one for each loss', () => {
    const { events } = evaluateTestPolls(minutely([up, down, up, down, up]))
    expect(events.map(({ kind }) => kind)).toEqual([
      'session_down',
      'session_down',
      'session_up',
      'session_down',
      'session_down',
      'session_up',
    ])
    expect(events[1]?.key).toBe(events[0]?.key)
    expect(new Set(events.map(({ key }) => key)).size).toBe(4)
  })
})

describe('the state', () => {
  it('is the same object when a poll changed nothing', () => {
    const polls = convertTestPollsToRecords(minutely([up, up, up, up]))
    const first = applyPollToDetectionState(null, polls[0]!.mark, polls[0]!.changes).state
    for (const { mark, changes } of polls.slice(1))
      expect(applyPollToDetectionState(first, mark, changes).state).toBe(first)
  })

  it('remembers nothing of sessions that are as their row says', () => {
    expect(evaluateTestPolls(minutely([down, up, down, up])).state?.sessions).toEqual({})
    expect(Object.keys(evaluateTestPolls(minutely([up, down])).state?.sessions ?? {})).toEqual([TEST_SESSION_SUBJECT])
  })

  it('reports a restart that only the established time proves as a flap, with the bounds of both its ends', () => {
    const old = { earliest: at(-100), latest: at(-100) + 2_000 }
    const renewed = { earliest: at(1) + 10_000, latest: at(1) + 12_000 }
    const { state, events } = evaluateTestPolls(
      minutely([
        { row: { ...up, establishedAt: old } },
        { row: { ...up, establishedAt: old } },
        { row: { ...up, establishedAt: renewed } },
      ]),
    )
    expect(events).toMatchObject([
      {
        kind: 'session_flap',
        started: { earliest: at(1), latest: renewed.latest },
        ended: renewed,
        duration: { minMs: 0, maxMs: 12_000 },
        severity: 'minor',
      },
    ])
    expect(state?.restarts[TEST_SESSION_SUBJECT]).toMatchObject({ ups: [renewed], count: 1, flapping: null })
    expect(state?.sessions[TEST_SESSION_SUBJECT]).toBeUndefined()
  })

  it.each([null, undefined, 'x', {}, { version: 99, sessions: { a: 1 } }])(
    'starts over from what it cannot read: %j',
    (kept) => expect(parseSourceDetectionState(kept)).toMatchObject({ version: 1, sessions: {} }),
  )

  it('is read back as it was stored', () => {
    const { state } = evaluateTestPolls(minutely([up, down]))
    expect(parseSourceDetectionState(JSON.parse(JSON.stringify(state)))).toEqual(state)
  })

  it('leaves polls of other kinds alone', () => {
    const { state } = evaluateTestPolls(minutely([up, down]))
    const mark = { ...convertTestPollsToRecords(minutely([up]))[0]!.mark, kind: 'learned' as const, startedAt: at(9) }
    expect(applyPollToDetectionState(state, mark, []).state).toBe(state)
  })
})

describe('a change that the Activity Log and Resource Graph both have', () => {
  const CIRCUIT = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/er1'
  const row = (eventDataId: string, over: Partial<ActivityRow> = {}): ActivityRow => ({
    eventDataId,
    correlationId: 'c1',
    at: T0,
    submittedAt: null,
    operation: 'Microsoft.Network/expressRouteCircuits/write',
    status: 'Succeeded',
    resourceId: CIRCUIT,
    caller: 'ops',
    category: 'Administrative',
    ...over,
  })
  const graph = row('graph', { category: RESOURCE_CHANGE_CATEGORY, resourceId: CIRCUIT.toLowerCase() })
  const started = row('started', { status: 'Started' })
  const log = [started, row('accepted', { status: 'Accepted' }), row('done', { resourceId: `${CIRCUIT}/peerings/p` })]

  /** Returns the ids of log entries that each poll reports. */
  function reported(polls: readonly ActivityRow[][]): string[][] {
    let state: SourceDetectionState | null = null
    return polls.map((activity, n) => {
      const [{ mark } = { mark: null }] = convertTestPollsToRecords([
        { row: null, startedAt: at(n), finishedAt: at(n) + 1 },
      ])
      if (mark === null) throw new Error('no poll')
      const folded = applyPollToDetectionState(state, { ...mark, kind: 'activity' }, [], { activity })
      state = folded.state
      return folded.signals
        .flatMap((signal) => (signal.type === 'activity' ? signal.rows : []))
        .map((one) => one.eventDataId)
    })
  }

  it.each<[string, ActivityRow[][], string[][]]>([
    [
      'is reported from where it was first read: Resource Graph',
      [[graph], log, [...log, graph]],
      [['graph'], ['started'], []],
    ],
    ['... or the log, with its steps', [log, [graph]], [['started', 'accepted', 'done'], []]],
    ['... or either, within one poll', [[graph, ...log]], [['graph', 'started']]],
    ['had begun when Resource Graph had it', [[started], [graph]], [['started'], ['graph']]],
    [
      'is one for each resource of a deployment',
      [[graph], [row('b', { resourceId: `${CIRCUIT}-2` })]],
      [['graph'], ['b']],
    ],
    [
      'can’t be matched without its correlation',
      [[{ ...graph, correlationId: null }], log],
      [['graph'], ['started', 'accepted', 'done']],
    ],
    [
      'that failed in the end is reported by both',
      [[graph], [row('failed', { status: 'Failed' })]],
      [['graph'], ['failed']],
    ],
  ])('%s', (_, polls, expected) => expect(reported(polls)).toEqual(expected))
})
