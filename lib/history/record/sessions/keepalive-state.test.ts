import { describe, expect, it } from 'vitest'
import { type UnchangedMessageCount, addSampleToKeepalive } from './keepalive-state.ts'

const poll = (n: number) => ({ startedAt: n * 60_000, finishedAt: n * 60_000 + 2_000 })
const first: UnchangedMessageCount = { moved: { earliest: null, latest: 2_000 }, firstAt: 0, lastAt: 0 }

describe('how long a session has received nothing', () => {
  it.each<[string, UnchangedMessageCount | null, bigint | null, bigint | null, UnchangedMessageCount | null]>([
    [
      'begins with its first count',
      null,
      null,
      5n,
      { moved: { earliest: null, latest: 62_000 }, firstAt: 60_000, lastAt: 60_000 },
    ],
    ['goes on while the count stands', first, 5n, 5n, { ...first, lastAt: 60_000 }],
    [
      'begins again with a message',
      first,
      5n,
      6n,
      { moved: { earliest: 0, latest: 62_000 }, firstAt: 60_000, lastAt: 60_000 },
    ],
    [
      'begins again with a new session',
      first,
      5n,
      1n,
      { moved: { earliest: 0, latest: 62_000 }, firstAt: 60_000, lastAt: 60_000 },
    ],
    ['is not known where no count is reported', first, 5n, null, null],
  ])('%s', (_, known, before, now, expected) =>
    expect(addSampleToKeepalive(known, before, now, poll(1))).toEqual(expected),
  )
})
