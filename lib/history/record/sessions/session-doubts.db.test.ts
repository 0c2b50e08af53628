import { describe, expect, it } from 'vitest'
import type { PeerRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createTestPollSource } from '../../testing/feed.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
const at = (n: number) => T0 + n * MS_PER_MINUTE
const LONG_AGO = T0 - 3 * 3_600_000
const OTHER_VIEW = T0 - 60 * 3_600_000

/** Returns a row with an age that says when the session came up, and with a number of received messages. */
const row = (n: number, cameUpAt: number, messages: bigint): PeerRow => ({
  localAddress: '10.0.4.12',
  neighbor: '10.0.4.4',
  asn: 12_076,
  state: 'established',
  azureState: 'Connected',
  connectedDurationMs: at(n) + 1_000 - cameUpAt,
  routesReceived: 18,
  messagesSent: messages,
  messagesReceived: messages,
})

describe('answers that contradict each other, recorded', () => {
  const db = withTestDatabase()

  async function record(series: readonly { cameUpAt?: number; messages?: bigint }[]) {
    const feed = await createTestPollSource(db)
    const recorded = []
    for (const [n, { cameUpAt = LONG_AGO, messages = 100n + BigInt(n) }] of series.entries()) {
      const poll = { startedAt: at(n), finishedAt: at(n) + 2_000, rows: [row(n, cameUpAt, messages)] }
      recorded.push(await feed.record('peers', poll))
    }
    return recorded
  }

  it('begin a doubt, and end it when they agree again', async () => {
    const recorded = await record([{}, {}, { cameUpAt: OTHER_VIEW }, {}, {}])
    const doubts = recorded.map(({ changes }) => changes.flatMap((one) => (one.type === 'doubt' ? [one.verdict] : [])))
    expect(doubts).toEqual([[], [], ['inconsistent'], ['settled'], []])
    expect(recorded[2]?.changes).toMatchObject([
      { type: 'doubt', before: { latest: LONG_AGO + 1_000 }, between: { earliest: at(1), latest: at(2) + 2_000 } },
    ])
  })

  it('are believed when three in a row agree', async () => {
    const other = { cameUpAt: OTHER_VIEW }
    const recorded = await record([{}, other, other, other, other])
    const doubts = recorded.flatMap(({ changes }) =>
      changes.flatMap((one) => (one.type === 'doubt' ? [one.verdict] : [])),
    )
    expect(doubts).toEqual(['inconsistent', 'rebaselined'])
  })

  it('report since when a session has received nothing, but not by the same answer again', async () => {
    const recorded = await record([{}, { messages: 5n }, { messages: 5n }, { messages: 5n }, { messages: 6n }])
    expect(recorded.map(({ silentSessions }) => silentSessions.length)).toEqual([0, 0, 1, 1, 0])
    expect(recorded[3]?.silentSessions).toMatchObject([
      { messagesReceived: '5', moved: { earliest: at(0), latest: at(1) + 2_000 }, firstAt: at(1), lastAt: at(3) },
    ])
    const cached = await record([{}, { messages: 5n }, { messages: 5n, cameUpAt: LONG_AGO + MS_PER_MINUTE }])
    expect(cached.at(-1)?.silentSessions).toEqual([])
  })
})
