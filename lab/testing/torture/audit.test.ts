import { describe, expect, it } from 'vitest'
import {
  listSafetyAndLivenessFaults,
  findSafetyAndLivenessFaults,
  type TortureRunFacts,
  type SafetyAndLivenessFaults,
} from './audit.ts'

/**
 * Facts of a run without faults: a session of gw-0 was down from 1,000 to 9,000, was polled meanwhile, and its event is
 * recorded; one write was acknowledged and stored.
 */
const SUBJECT = '10.0.4.12~10.0.4.4'
const fall = {
  kind: 'session_down',
  scopeName: 'gw-0',
  subject: SUBJECT,
  started: { earliest: 500, latest: 2_100 },
  ended: { earliest: 8_900, latest: 9_400 },
}
const rise = {
  kind: 'session_up',
  scopeName: 'gw-0',
  subject: SUBJECT,
  started: { earliest: 8_900, latest: 9_400 },
  ended: { earliest: 8_900, latest: 9_400 },
}
const write = { mark: 'm-1', sentAt: 3_000, answeredAt: 3_050, isAcknowledged: true }
const poll = { scopeName: 'gw-0', path: '', kind: 'peers', from: 2_000, to: 2_100 }
const session = { scopeName: 'gw-0', path: '', subject: SUBJECT }
const truth: TortureRunFacts = {
  unrecorded: [],
  downs: [{ ...session, from: 1_000, to: 9_000 }],
  touched: [{ names: ['gw-0', 'erc-0'], from: 900, to: 12_000 }],
  clockSteps: [0],
  events: [fall, rise],
  goodPolls: [poll],
  undated: [],
  writes: [write],
  stored: new Map([['m-1', 1]]),
  historyFaults: [],
  notAtRest: [],
  changed: [],
  sources: [{ name: 'peers gw-0', inTimeAfterMs: 4_000, allowedMs: 10_000 }],
  notifications: { lost: [], doubled: [] },
}
const wrongly = (started: { earliest: number; latest: number }) => [{ ...fall, started }, rise]

describe('an audit', () => {
  const faults: [string, Partial<TortureRunFacts>, string][] = [
    ['what was acknowledged and is not stored', { stored: new Map() }, 'm-1 was acknowledged and is not stored'],
    ['what is stored twice', { stored: new Map([['m-1', 2]]) }, 'm-1 is stored 2 times'],
    [
      'what is stored twice though it was not acknowledged',
      { writes: [{ ...write, isAcknowledged: false }], stored: new Map([['m-1', 2]]) },
      'm-1 is stored 2 times',
    ],
    [
      'bounds that lie after the truth',
      { events: wrongly({ earliest: 1_001, latest: 2_100 }), goodPolls: [] },
      'bounds without the truth: session_down gw-0',
    ],
    [
      'bounds that lie before it',
      { events: wrongly({ earliest: 0, latest: 999 }), goodPolls: [] },
      'bounds without the truth: session_down gw-0',
    ],
    [
      'a fall of a session that never fell',
      { events: [fall, rise, { ...fall, subject: '10.0.4.13~10.0.4.4' }] },
      'truly never',
    ],
    [
      'an event about what nothing happened to',
      { events: [fall, rise, { ...fall, kind: 'path_down', scopeName: 'erc-3' }] },
      'nothing happened to what this is about: path_down erc-3',
    ],
    [
      'an event long after what it is about',
      { events: [fall, rise, { ...fall, kind: 'path_down', started: { earliest: 12_001, latest: 13_000 } }] },
      'nothing happened to what this is about',
    ],
    ['a fall that was polled and is not recorded', { events: [rise] }, 'no session_down of gw-0'],
    [
      'a source that was late',
      { sources: [{ name: 'peers gw-0', inTimeAfterMs: 10_001, allowedMs: 10_000 }] },
      'peers gw-0 was there again after 10.0 s',
    ],
    [
      'a source that was not polled',
      { sources: [{ name: 'peers gw-0', inTimeAfterMs: null, allowedMs: 10_000 }] },
      'peers gw-0 was not there again',
    ],
    [
      'a second fall that was polled and is not recorded',
      {
        downs: [...truth.downs, { ...session, from: 9_500, to: 20_000 }],
        goodPolls: [poll, { ...poll, from: 9_100, to: 9_200 }, { ...poll, from: 12_000, to: 12_100 }],
      },
      'no session_down of gw-0',
    ],
    ['what the tables show', { historyFaults: ['coverage intervals overlap'] }, 'history: coverage intervals overlap'],
    ['what goes on', { notAtRest: ['path_down erc-0 goes on'] }, 'path_down erc-0 goes on'],
    ['a past that changed', { changed: ['/sessions?at=1'] }, 'the past changed: /sessions?at=1'],
    ['a lost notification', { notifications: { lost: ['i'], doubled: [] } }, 'a notification was lost: i'],
    ['a doubled one', { notifications: { lost: [], doubled: ['i'] } }, 'a notification was sent twice: i'],
  ]
  const OF_LIVENESS = /there again|goes on/
  it.each(faults)('finds %s', (_, change, expected) => {
    const found = findSafetyAndLivenessFaults({ ...truth, ...change })
    expect(listSafetyAndLivenessFaults(found)).toHaveLength(1)
    const sort: keyof SafetyAndLivenessFaults = OF_LIVENESS.test(expected) ? 'liveness' : 'safety'
    expect(found[sort][0]).toContain(expected)
  })

  const harmless: [string, Partial<TortureRunFacts>][] = [
    ['the truth', {}],
    ['what was not acknowledged and is stored', { writes: [{ ...write, isAcknowledged: false }] }],
    ['what was not acknowledged and is not', { writes: [{ ...write, isAcknowledged: false }], stored: new Map() }],
    [
      'what was sent after a backup that was restored',
      { stored: new Map(), unrecorded: [{ from: 2_500, to: 20_000 }] },
    ],
    ['a fall that a restored backup does not have', { events: [], unrecorded: [{ from: 500, to: 20_000 }] }],
    [
      'bounds of a clock that was ahead',
      { events: wrongly({ earliest: 1_600, latest: 3_100 }), clockSteps: [0, 1_000] },
    ],
    [
      'bounds that began before it was set',
      { events: wrongly({ earliest: 500, latest: 950 }), clockSteps: [0, -1_000] },
    ],
    [
      'a fall that began before a poll saw the end of the one before',
      {
        downs: [...truth.downs, { ...session, from: 9_500, to: 20_000 }],
        goodPolls: [poll, { ...poll, from: 12_000, to: 12_100 }],
      },
    ],
    ['a fall that no poll saw', { events: [], goodPolls: [{ ...poll, from: 900 }] }],
    ['a fall that a wrong clock dated', { events: [], undated: [{ from: 5_000, to: 6_000 }] }],
    ['failing polls', { events: [fall, rise, { ...fall, kind: 'collector_error', scopeName: 'erc-3' }] }],
  ]
  it.each(harmless)('finds nothing in %s', (_, change) => {
    expect(listSafetyAndLivenessFaults(findSafetyAndLivenessFaults({ ...truth, ...change }))).toEqual([])
  })
})
