import { describe, expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING } from '#lib/contract/index.ts'
import { peerRow } from '../../testing/feed.ts'
import { createProvenAbsence } from '../poll-reading.ts'
import { addSampleToSession, convertPeerRow } from './advance-session.ts'
import { EMPTY_UPTIME } from './session-uptime.ts'
import { compareSessions } from './compare-sessions.ts'

const HOUR = 3_600_000
const at = (startedAt: number) =>
  createProvenAbsence(
    1,
    { startedAt, finishedAt: startedAt + 10, outcome: 'ok', silentInstances: [] },
    { readAt: startedAt - 60_000, silentReadAt: {} },
  )
const aged = (ms: number, more: Parameters<typeof peerRow>[0] = {}) =>
  convertPeerRow(peerRow({ connectedDurationMs: ms, messagesSent: 5n, messagesReceived: 7n, ...more }))

describe('one life of a session', () => {
  const before = { sent: 5n, received: 7n }
  const first = addSampleToSession(EMPTY_UPTIME, aged(HOUR), { sent: null, received: null }, at(0)).uptime

  it('goes on by no answer that repeats the one before to the last digit', () => {
    const again = (sample: ReturnType<typeof aged>) => addSampleToSession(first, sample, before, at(60_000)).uptime
    expect(again(aged(HOUR))).toBe(first)
    expect(again(aged(HOUR + 60_000)).upAt).toBe(60_000)
    for (const other of [{ messagesSent: 6n }, { messagesReceived: 8n }, { messagesSent: null }])
      expect(again(aged(HOUR, other))).not.toBe(first)
  })

  it('has ended where a counter fell, and came up at first only where it was down', () => {
    const ageless = (more: object) => convertPeerRow(peerRow({ messagesSent: 5n, messagesReceived: 7n, ...more }))
    const known = addSampleToSession(EMPTY_UPTIME, ageless({}), { sent: null, received: null }, at(0)).uptime
    const restarted = (more: object) => addSampleToSession(known, ageless(more), before, at(60_000)).restarted
    const others = [{}, { messagesSent: 4n }, { messagesReceived: 6n }, { messagesSent: null }]
    expect(others.map(restarted)).toEqual([false, true, true, false])
    const unread = { ...ageless({ state: 'idle' }), fellAnyTime: true }
    const down = addSampleToSession(EMPTY_UPTIME, unread, before, at(0)).uptime
    expect(down).toMatchObject({
      shown: 'down',
      samples: [{ earliest: INSTANT_BEFORE_MONITORING, latest: 10 }],
      upAt: null,
    })
    const cameUp = (uptime: typeof down) => addSampleToSession(uptime, aged(9), before, at(60_000)).cameUp
    expect([cameUp(EMPTY_UPTIME), cameUp(down)]).toEqual([false, true])
  })
})

it('a session is missed three times, and down by the second', () => {
  let known = compareSessions([], at(0), 'peers', [aged(HOUR)]).after
  const missed = [1, 2, 3, 4].map((n) => {
    const step = compareSessions(known, at(n * 60_000), 'peers', [])
    known = step.after
    return [step.changes.length, step.steps.length, known[0]?.missingPolls, known[0]?.uptime.shown].join(' ')
  })
  expect(missed).toEqual(['1 1 1 up', '0 1 2 down', '0 1 3 down', '0 0 3 down'])
})

it('a session that is down at first sight fell before where its messages or its duration say so, and at no time known', () => {
  const unread = createProvenAbsence(
    1,
    { startedAt: 0, finishedAt: 10, outcome: 'ok', silentInstances: [] },
    { readAt: null, silentReadAt: {} },
  )
  const connecting = { state: 'connect', azureState: 'Connecting', connectedDurationMs: null } as const
  const first = (more: object) =>
    compareSessions([], unread, 'peers', [convertPeerRow(peerRow({ ...connecting, ...more }))])
  const fellAt = { earliest: INSTANT_BEFORE_MONITORING, latest: 10 }
  expect(first({ messagesSent: 40n, messagesReceived: 36n }).changes).toMatchObject([
    { first: true, after: { fellAt } },
  ])
  expect(first({ connectedDurationMs: 9_000 }).changes).toMatchObject([{ after: { fellAt } }])
  for (const more of [{ messagesSent: 1n, messagesReceived: 2n }, {}])
    expect(first({ messagesSent: null, messagesReceived: null, ...more }).changes[0]).not.toHaveProperty('after.fellAt')
  // the session was seen up, and is now down with its old message counts, so the samples date the fall
  const up = compareSessions([], unread, 'peers', [aged(HOUR)])
  const fallen = compareSessions(up.after, at(60_000), 'peers', [aged(HOUR, connecting)])
  expect(fallen.changes[0]).not.toHaveProperty('after.fellAt')
  expect(fallen.changes).toMatchObject([{ between: { latest: 60_010 } }])
})

it('never lowers the minimum age of a session whose router prints its age in days', () => {
  const DAY = 24 * HOUR
  const begun = 1_000
  const fall = { state: 'idle', azureState: 'Idle' } as const
  const ends = { localAddress: '10.0.0.1', neighbor: '10.0.0.2' }
  const printed = (time: number, more: Parameters<typeof peerRow>[0] = {}) => ({
    ...aged(0, { ...ends, messagesSent: null, messagesReceived: null, ...more }),
    age: { ms: Math.floor((time - begun) / DAY) * DAY, unitMs: DAY },
  })
  for (const more of [{}, fall]) {
    let known = compareSessions([], at(20 * DAY), 'summary', [printed(20 * DAY)]).after
    let least = 0
    const ages = Array.from({ length: 40 }, (_, n) => {
      // polls each hour, then each minute: ten samples then cover ten minutes only
      const time = 21 * DAY + (n < 10 ? n * HOUR : 10 * HOUR + n * 60_000)
      known = compareSessions(known, at(time), 'summary', [printed(time, more)]).after
      const age = time - (known[0]?.moved?.latest ?? time)
      const isLower = age < least
      least = age
      return isLower
    })
    expect(ages).not.toContain(true)
    const { moved = null } = known[0] ?? {}
    expect(moved?.earliest).toBeLessThanOrEqual(begun)
    expect(moved?.latest).toBeGreaterThanOrEqual(begun)
  }
  // a session that came up again has the age of its new start
  const first = compareSessions([], at(21 * DAY), 'summary', [printed(21 * DAY)]).after
  const again = { ...printed(0), age: { ms: 0, unitMs: DAY } }
  expect(compareSessions(first, at(23 * DAY), 'summary', [again]).after[0]?.moved?.latest).toBe(23 * DAY + 10)
})

/** Row of a router that prints the age in days or hours, at a time when the session has been up since `begun`. */
const coarse = (time: number, { begun, unitMs }: { begun: number; unitMs: number }, more: object = {}) => ({
  ...aged(0, { localAddress: '10.0.0.1', neighbor: '10.0.0.2', messagesSent: null, messagesReceived: null, ...more }),
  age: { ms: Math.floor((time - begun) / unitMs) * unitMs, unitMs },
})

it('corrects the earliest start of a session after one repeated answer, and keeps its minimum age', () => {
  const MINUTE = 60_000
  const up = { begun: 3 * HOUR, unitMs: HOUR }
  // The poll at 07:04 gets the answer of 06:59, in which the age is 3 h.
  const repeated = { ...coarse(7 * HOUR, up), age: { ms: 3 * HOUR, unitMs: HOUR } }
  let known = compareSessions([], at(6 * HOUR + 59 * MINUTE), 'summary', [coarse(6 * HOUR + 59 * MINUTE, up)]).after
  known = compareSessions(known, at(7 * HOUR + 4 * MINUTE), 'summary', [repeated]).after
  for (let n = 0; n < 12; n += 1) {
    const time = 7 * HOUR + (9 + 5 * n) * MINUTE
    known = compareSessions(known, at(time), 'summary', [coarse(time, up)]).after
  }
  const { moved = null } = known[0] ?? {}
  expect(moved?.earliest).toBeLessThanOrEqual(up.begun)
  expect(moved?.latest).toBeGreaterThanOrEqual(up.begun)
  expect(moved?.latest).toBeLessThanOrEqual(up.begun + 9 * MINUTE + 10)
})

it('keeps a start before monitoring if the clock is set', () => {
  const fallen = {
    ...convertPeerRow(peerRow({ state: 'idle', azureState: 'Idle', connectedDurationMs: null })),
    fellAnyTime: true,
  }
  const read = (startedAt: number, bootedAt: number) =>
    createProvenAbsence(
      1,
      {
        startedAt,
        finishedAt: startedAt + 10,
        outcome: 'ok',
        silentInstances: [],
        clock: { machine: 'worker-1', bootedAt },
      },
      { readAt: null, silentReadAt: {} },
    )
  const first = compareSessions([], read(10 * HOUR, 0), 'summary', [fallen]).after
  expect(first[0]?.moved).toEqual({ earliest: INSTANT_BEFORE_MONITORING, latest: 10 * HOUR + 10 })
  const next = compareSessions(first, read(11 * HOUR + 60_000, HOUR), 'summary', [fallen]).after
  expect(next[0]?.moved).toEqual({ earliest: INSTANT_BEFORE_MONITORING, latest: 11 * HOUR + 10 })
})

it.each([
  ['with an unknown state', [{ state: 'unknown', azureState: 'Unknown' }]],
  ['that is missing once', []],
] as const)('keeps the minimum age of a session over a row %s', (_, rows) => {
  const DAY = 24 * HOUR
  const up = { begun: 1_000, unitMs: DAY }
  let known = compareSessions([], at(7 * DAY + 2_000), 'summary', [coarse(7 * DAY + 2_000, up)]).after
  const later = 7 * DAY + 12 * HOUR
  for (let n = 0; n < 12; n += 1) {
    const time = later + n * 60_000
    known = compareSessions(known, at(time), 'summary', [coarse(time, up)]).after
  }
  expect(known[0]?.moved?.latest).toBe(2_010)
  const gap = later + 12 * 60_000
  const own = rows.map((more) => ({ ...coarse(gap, up, more), age: null }))
  known = compareSessions(known, at(gap), 'summary', own).after
  expect(known[0]?.moved).toBeNull()
  for (const time of [gap + 60_000, gap + 120_000])
    known = compareSessions(known, at(time), 'summary', [coarse(time, up)]).after
  expect(known[0]?.moved?.latest).toBe(2_010)
})
