import { describe, expect, it } from 'vitest'
import type { PollRecord, SessionWithoutMessages } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../model/settings.ts'
import { updateKeepaliveStalls } from './keepalive.ts'

const mark = (startedAt: number, tookMs: number): PollRecord => ({
  scope: 'ergw-hub',
  subresource: '',
  kind: 'peers',
  sourceId: 1,
  startedAt,
  finishedAt: startedAt + tookMs,
  outcome: 'ok',
  previousOkAt: startedAt - 60 * MS_PER_SECOND,
  previousAttemptAt: startedAt - 60 * MS_PER_SECOND,
  silentInstances: [],
})
/** Returns a session whose count was first read by a poll that began at 0, and is unchanged in a later poll. */
const silent = (firstTookMs: number, lastAt: number): SessionWithoutMessages => ({
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  messagesReceived: '100',
  moved: { earliest: -60 * MS_PER_SECOND, latest: firstTookMs },
  firstAt: 0,
  lastAt,
})
const stallsOf = (firstTookMs: number, lastAt: number) =>
  updateKeepaliveStalls(
    {},
    [silent(firstTookMs, lastAt)],
    { mark: mark(lastAt, 2 * MS_PER_SECOND) },
    defaultSettings,
  ).events.map(({ kind }) => kind)

describe('a session that receives nothing', () => {
  it('has stalled after two keepalive times', () => {
    expect(stallsOf(2 * MS_PER_SECOND, 120 * MS_PER_SECOND)).toEqual(['keepalive_stall'])
    expect(stallsOf(2 * MS_PER_SECOND, 110 * MS_PER_SECOND)).toEqual([])
  })

  it('has not where an answer took so long that its messages may be younger', () => {
    expect(stallsOf(42 * MS_PER_SECOND, 130 * MS_PER_SECOND)).toEqual([])
    expect(stallsOf(42 * MS_PER_SECOND, 160 * MS_PER_SECOND)).toEqual(['keepalive_stall'])
  })
})
