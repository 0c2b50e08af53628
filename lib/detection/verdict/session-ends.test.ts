import { describe, expect, it } from 'vitest'
import { getMaxEndDifferenceMs, judgeSessionEnds, type SessionEndState } from './session-ends.ts'

const NOW = 1_000_000
const s = (seconds: number) => NOW - seconds * 1_000
const between = (from: number, to: number) => ({ earliest: s(from), latest: s(to) })
const end = (state: SessionEndState['state'], since: SessionEndState['since'], seenAt = NOW): SessionEndState => ({
  state,
  since,
  seenAt,
})
const MAY_DIFFER = getMaxEndDifferenceMs(180)

describe('both ends of a session', () => {
  it.each([
    ['agree', end('up', between(900, 880)), end('up', between(900, 900)), 'agree', null],
    ['are not compared while the router is away', end('up', between(900, 880)), end(null, null), 'one_end', null],
    ['are not compared while Azure is not known', end(null, null), end('down', between(10, 9)), 'one_end', null],
    [
      'are not compared before Azure was asked again',
      end('up', between(900, 880), s(30)),
      end('down', between(21, 20)),
      'not_read',
      null,
    ],
    [
      'may differ for hold and keepalive times',
      end('up', between(900, 880)),
      end('down', between(240, 240)),
      'settling',
      { minMs: 240_000, maxMs: 240_000 },
    ],
    [
      'differ: the router is down for Azure alone',
      end('up', between(900, 880)),
      end('down', between(242, 241)),
      'router_down',
      { minMs: 241_000, maxMs: 242_000 },
    ],
    [
      'differ since the only change that is known, Azure’s',
      end('down', between(560, 500)),
      end('up', null),
      'azure_down',
      { minMs: 500_000, maxMs: 560_000 },
    ],
    [
      'differ since the only change that is known, the router’s',
      end('up', null),
      end('down', between(560, 500)),
      'router_down',
      { minMs: 500_000, maxMs: 560_000 },
    ],
    [
      'differ since the later change, as far as Azure was read',
      end('down', between(560, 500), s(60)),
      end('up', between(900, 890)),
      'azure_down',
      { minMs: 440_000, maxMs: 560_000 },
    ],
  ] as const)('%s', (_, azure, router, verdict, differsFor) => {
    expect(judgeSessionEnds(azure, router, MAY_DIFFER, NOW)).toEqual({ verdict, differsFor })
  })

  it('may differ by a hold time and a third of it, by Azure’s own where none is known', () => {
    expect([180, 9, 0, null].map(getMaxEndDifferenceMs)).toEqual([240_000, 12_000, 240_000, 240_000])
  })
})
