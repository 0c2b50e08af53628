import { describe, expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING, type DetectedEvent, type PollRecord } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../model/settings.ts'
import type { UnknownSessionStateMemory } from '../model/source-state.ts'
import type { ExtraSessionDataOfPoll } from './readings.ts'
import { updateUnknownStates } from './unknown-state.ts'

const ENOUGH = defaultSettings['session.unknown']
const INSTANCE = '10.0.4.12'
const reading = (neighbor: string, own: Partial<ExtraSessionDataOfPoll> = {}): ExtraSessionDataOfPoll => ({
  localAddress: INSTANCE,
  neighbor,
  asn: 12_076,
  established: true,
  prefixes: 10,
  ...own,
})
const UNKNOWN = reading('10.0.4.4', { unknown: true, established: false })
const KNOWN = reading('10.0.4.4')
const OTHER = reading('10.0.4.5')

/** Returns the n-th poll of a series with an interval of one minute; each takes 2 s. */
const markOf = (n: number, silentInstances: string[]): PollRecord => ({
  sourceId: 1,
  scope: 'gw1',
  subresource: '',
  kind: 'peers',
  startedAt: n * MS_PER_MINUTE,
  finishedAt: n * MS_PER_MINUTE + 2_000,
  outcome: silentInstances.length > 0 ? 'incomplete' : 'ok',
  previousOkAt: n === 0 ? null : (n - 1) * MS_PER_MINUTE,
  previousAttemptAt: n === 0 ? null : (n - 1) * MS_PER_MINUTE,
  silentInstances,
})

interface Poll {
  rows: ExtraSessionDataOfPoll[]
  silent?: string[]
}

/** Returns the events of consecutive polls, and the stored state after them. */
function watch(polls: readonly Poll[], firstSeenAt: number | null = null) {
  let unknowns: Readonly<Record<string, UnknownSessionStateMemory>> = {}
  const events: { n: number; event: DetectedEvent }[] = []
  for (const [n, { rows, silent = [] }] of polls.entries()) {
    const reportedAt = n === 0 ? firstSeenAt : (n - 1) * MS_PER_MINUTE
    const sample = { mark: markOf(n, silent), reportedAt, silentSince: {} }
    const watched = updateUnknownStates(unknowns, rows, sample, defaultSettings)
    unknowns = watched.unknowns
    events.push(...watched.events.map((event) => ({ n, event })))
  }
  return { unknowns, events, stages: events.map(({ n, event }) => `${n} ${event.ended ? 'ended' : 'open'}`) }
}
const times = (count: number, poll: Poll) => Array.from({ length: count }, () => poll)
const without: Poll = { rows: [UNKNOWN, OTHER] }
const back: Poll = { rows: [KNOWN, OTHER] }

describe('a session that Azure calls unknown', () => {
  it.each<[string, Poll[], stages: string[]]>([
    ['in too few samples', times(ENOUGH - 1, without), []],
    ['in enough samples', times(ENOUGH, without), [`${ENOUGH - 1} open`]],
    ['in more samples is stated once', times(ENOUGH + 3, without), [`${ENOUGH - 1} open`]],
    ['and that is back', [...times(ENOUGH, without), back], [`${ENOUGH - 1} open`, `${ENOUGH} ended`]],
    ['and whose row lacks', [...times(ENOUGH, without), { rows: [OTHER] }], [`${ENOUGH - 1} open`, `${ENOUGH} ended`]],
    [
      'in samples with one that says otherwise',
      [...times(ENOUGH - 1, without), back, ...times(ENOUGH - 1, without)],
      [],
    ],
    ['in answers that state nothing of any session', times(ENOUGH + 3, { rows: [UNKNOWN] }), []],
    [
      'in answers of which some state nothing of any session',
      [...times(ENOUGH - 1, without), { rows: [UNKNOWN] }, without],
      [`${ENOUGH} open`],
    ],
    [
      'while its instance is silent stays so',
      [...times(ENOUGH, without), { rows: [], silent: [INSTANCE] }],
      [`${ENOUGH - 1} open`],
    ],
    [
      'counts on after its instance was silent',
      [...times(ENOUGH - 1, without), { rows: [], silent: [INSTANCE] }, without],
      [`${ENOUGH} open`],
    ],
    [
      'while rows could not be read stays so',
      [...times(ENOUGH, without), { rows: [OTHER], silent: ['*'] }],
      [`${ENOUGH - 1} open`],
    ],
  ])('%s', (_, polls, stages) => {
    expect(watch(polls).stages).toEqual(stages)
  })

  it('is so since before monitoring, if the first sample says so', () => {
    const [first] = watch(times(ENOUGH, without)).events
    expect(first?.event).toMatchObject({
      kind: 'session_unknown',
      scope: 'gw1',
      started: { earliest: INSTANT_BEFORE_MONITORING, latest: 2_000 },
      ended: null,
    })
  })

  it('is so between the last sample that said otherwise and the first that says so, and ends alike', () => {
    const [first, last] = watch([back, ...times(ENOUGH, without), back]).events
    expect(first?.event.started).toEqual({ earliest: 0, latest: MS_PER_MINUTE + 2_000 })
    expect(last?.event).toMatchObject({
      started: { earliest: 0, latest: MS_PER_MINUTE + 2_000 },
      ended: { earliest: ENOUGH * MS_PER_MINUTE, latest: (ENOUGH + 1) * MS_PER_MINUTE + 2_000 },
    })
  })

  it('is forgotten after it is back', () => {
    expect(watch([...times(ENOUGH, without), back]).unknowns).toEqual({})
  })

  it('and another session are watched separately', () => {
    const both: Poll = { rows: [UNKNOWN, reading('10.0.4.5', { unknown: true }), reading('10.0.4.6')] }
    expect(watch([...times(2, without), ...times(ENOUGH, both)]).stages).toEqual([
      `${ENOUGH - 1} open`,
      `${ENOUGH + 1} open`,
    ])
  })

  it('changes no memory of a sample that counts nothing', () => {
    const { unknowns } = watch(times(ENOUGH, without))
    const sample = { mark: markOf(ENOUGH, []), reportedAt: (ENOUGH - 1) * MS_PER_MINUTE, silentSince: {} }
    expect(updateUnknownStates(unknowns, without.rows, sample, defaultSettings)).toEqual({ unknowns, events: [] })
    expect(updateUnknownStates(unknowns, without.rows, sample, defaultSettings).unknowns).toBe(unknowns)
  })
})
