import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PollObservation } from '#lib/contract/index.ts'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { PostCountingSetting } from '../plan/poll-demands.ts'
import { RequestPace, type RequestBudgetSide } from './request-pace.ts'

const place = (region: string | null = 'uksouth', subscriptionId = 's') => ({
  subscriptionId,
  region: async () => region,
})

function paceOf(countsPosts: PostCountingSetting, identities = 1) {
  let at = 0
  const names = Array.from({ length: identities }, (_, i) => String(i))
  const pace = new RequestPace({ countsPosts, identitiesOf: () => names, now: () => at })
  return { pace, pass: (ms: number) => (at += ms), now: () => at }
}

const waitsOf = async (
  pace: RequestPace,
  posts: number,
  at: (i: number) => ReturnType<typeof place> = () => place(),
) => {
  const turns = await Promise.all(Array.from({ length: posts }, (_, i) => pace.take(at(i), 'writes')))
  return turns.map(({ waitMs }) => waitMs)
}

const answered = (more: Partial<PollObservation>) =>
  ({ budget: null, error: null, startedAt: 0, finishedAt: 0, ...more }) as PollObservation
const left = (remainingWrites: number) => answered({ budget: { remainingReads: null, remainingWrites } })

const readsLeft = (remainingReads: number) => answered({ budget: { remainingReads, remainingWrites: null } })

/** ARM's token buckets. Source: "Understand how Azure Resource Manager throttles requests". */
const ARM = { writes: { size: 200, perSecond: 10 }, reads: { size: 250, perSecond: 25 } } as const

/** Simulates an ARM bucket. The function reports whether it accepts a request. */
function armBucket(side: RequestBudgetSide) {
  const { size, perSecond } = ARM[side]
  let tokens: number = size
  let since = 0
  return (at: number): boolean => {
    tokens = Math.min(size, tokens + ((at - since) / MS_PER_SECOND) * perSecond)
    since = at
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}

describe('POSTs that fall due at once', () => {
  it('leave as ARM’s bucket allows: 300 of them within 14 s, and none is refused', async () => {
    const { pace } = paceOf('yes')
    // each in a separate region, so that the network provider does not limit them
    const waits = await waitsOf(pace, 300, (i) => place(`region${i}`))
    const takes = armBucket('writes')
    expect(waits.toSorted((a, b) => a - b).every((at) => takes(at))).toBe(true)
    expect(waits.filter((wait) => wait === 0)).toHaveLength(180)
    expect(Math.max(...waits)).toBeLessThan(14 * MS_PER_SECOND)
  })

  it('leave twice as soon with two identities', async () => {
    const { pace } = paceOf('yes', 2)
    const waits = await waitsOf(pace, 400, (i) => place(`region${i}`))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(360)
    expect(Math.max(...waits)).toBeLessThan(3 * MS_PER_SECOND)
  })

  it('are not held back while nothing says that a budget counts them', async () => {
    for (const setting of ['learn', 'no'] as const) {
      const { pace } = paceOf(setting)
      const waits = await waitsOf(pace, 2_000)
      expect(Math.max(...waits)).toBe(0)
      expect(pace.crowded()).toEqual([])
    }
  })

  it('of one subscription hold back nothing of another', async () => {
    const { pace } = paceOf('yes')
    for (let i = 0; i < 250; i++) await pace.take(place(`region${i}`), 'writes')
    expect(pace.crowded()).toEqual(['s'])
    expect((await pace.take(place('uksouth', 'other'), 'writes')).waitMs).toBe(0)
  })
})

describe('GETs that fall due at once', () => {
  it('leave as ARM’s bucket allows: those of 300 circuits within 40 s, and none is refused', async () => {
    const { pace } = paceOf('yes')
    const polls = [20, ...Array.from({ length: 750 }, () => 1), ...Array.from({ length: 60 }, () => 3)]
    const turns = await Promise.all(polls.map((requests) => pace.take(place(), 'reads', requests)))
    const sent = turns.flatMap(({ waitMs }, i) => Array.from({ length: polls[i] ?? 0 }, () => waitMs))
    const takes = armBucket('reads')
    expect(sent.toSorted((a, b) => a - b).every((at) => takes(at))).toBe(true)
    expect(sent.filter((wait) => wait === 0)).toHaveLength(225)
    expect(Math.max(...sent)).toBeLessThan(40 * MS_PER_SECOND)
    // polls that are GETs keep arriving, so that operations would never have a turn
    expect(pace.crowded()).toEqual([])
    expect((await pace.take(place('uksouth', 'other'), 'reads')).waitMs).toBe(0)
  })

  it('are refused again and again: operations have their turn all the same', async () => {
    const { pace } = paceOf('learn')
    const error = { budget: 'arm.reads', retryAfterSeconds: 17 } as PollObservation['error']
    const refused = answered({ error })
    for (let i = 0; i < 3; i++) {
      await pace.heed(place(), refused, {})
      await pace.take(place(), 'reads')
      expect(pace.crowded()).toEqual([])
      expect(await pace.take(place(), 'writes')).toMatchObject({ waitMs: 0 })
    }
  })

  it('that ask nothing of ARM wait for nothing', async () => {
    const { pace } = paceOf('yes')
    await pace.take(place(), 'reads', 1_000)
    expect(await pace.take(place(), 'reads', 0)).toMatchObject({ waitMs: 0 })
  })

  it('and POSTs do not wait for each other', async () => {
    const { pace } = paceOf('yes')
    await pace.take(place(), 'reads', 1_000)
    expect(await pace.take(place(), 'writes')).toMatchObject({ waitMs: 0 })
  })
})

describe('whenever requests fall due', () => {
  const arrivals = fc.array(
    fc.record({
      after: fc.integer({ min: 0, max: 20 * MS_PER_SECOND }),
      posts: fc.nat(150),
      gets: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 60 }),
    }),
    { maxLength: 20 },
  )

  it('no window of the network provider has more than it allows, and neither of ARM’s buckets is ever empty', () =>
    fc.assert(
      fc.asyncProperty(arrivals, async (bursts) => {
        const { pace, pass, now } = paceOf('yes')
        const sent: Record<RequestBudgetSide, number[]> = { reads: [], writes: [] }
        for (const { after, posts, gets } of bursts) {
          pass(after)
          for (let i = 0; i < posts; i++) sent.writes.push(now() + (await pace.take(place(), 'writes')).waitMs)
          for (const requests of gets) {
            const at = now() + (await pace.take(place(), 'reads', requests)).waitMs
            for (let i = 0; i < requests; i++) sent.reads.push(at)
          }
        }
        for (const side of ['reads', 'writes'] as const) {
          const takes = armBucket(side)
          expect(sent[side].toSorted((a, b) => a - b).every((at) => takes(at))).toBe(true)
        }
        const writes = sent.writes.toSorted((a, b) => a - b)
        for (const [i, from] of writes.entries()) {
          const end = writes.findIndex((at) => at >= from + 300 * MS_PER_SECOND)
          expect((end < 0 ? writes.length : end) - i).toBeLessThanOrEqual(1_000)
        }
      }),
      { numRuns: 30 },
    ))
})

describe('what answers say', () => {
  it('of ARM’s bucket starts the pace, and lowers it by what others drew', async () => {
    const { pace } = paceOf('learn')
    await pace.heed(place(), left(30), {})
    // a tenth of 200 is kept free
    const waits = await waitsOf(pace, 12)
    expect(waits.filter((wait) => wait === 0)).toHaveLength(10)
    expect(pace.crowded()).toEqual(['s'])
  })

  it('of what reads has left paces GETs, and POSTs as documented', async () => {
    const { pace } = paceOf('learn')
    await pace.heed(place(), readsLeft(30), {})
    // a tenth of 250 is kept free
    const turns = await Promise.all(Array.from({ length: 8 }, () => pace.take(place(), 'reads')))
    expect(turns.filter(({ waitMs }) => waitMs === 0)).toHaveLength(5)
    expect((await waitsOf(pace, 300)).filter((wait) => wait === 0)).toHaveLength(180)
  })

  it('that its bucket is fuller than documented holds nothing back', async () => {
    const { pace } = paceOf('learn')
    await pace.heed(place(), left(199), {})
    for (let i = 0; i < 1_000; i++) {
      const turn = await pace.take(place(), 'writes')
      expect(turn.waitMs).toBe(0)
      // the response shows a refill, although no time passes
      await pace.heed(place(), left(190), { writes: turn })
    }
    // an older response proves only the tokens that were not taken since
    const turn = await pace.take(place(), 'writes')
    for (let i = 0; i < 150; i++) await pace.take(place(), 'writes')
    await pace.heed(place(), left(190), { writes: turn })
    expect((await waitsOf(pace, 30)).filter((wait) => wait === 0)).toHaveLength(20)
  })

  it('of the provider’s load in percent lets reads wait before it is full, in its region', async () => {
    const { pace, pass } = paceOf('learn')
    const figures = { remaining: null, limit: null, windowSeconds: null, resetAt: null }
    const level = (usedPercent: number) =>
      answered({
        budget: {
          remainingReads: null,
          remainingWrites: null,
          buckets: [{ name: 'network-read', usedPercent, ...figures }],
        },
      })
    await pace.heed(place(), level(79), {})
    expect((await pace.take(place(), 'reads')).waitMs).toBe(0)
    await pace.heed(place(), level(90), {})
    expect(await pace.isRefused(place(), 'reads')).toBe(true)
    expect((await pace.take(place(), 'reads')).waitMs).toBeGreaterThanOrEqual(150 * MS_PER_SECOND)
    expect((await pace.take(place('westeurope'), 'reads')).waitMs).toBe(0)
    expect(pace.crowded()).toEqual([])
    pass(160 * MS_PER_SECOND)
    expect(await pace.isRefused(place(), 'reads')).toBe(false)
    expect((await pace.take(place(), 'reads')).waitMs).toBe(0)
  })

  it('by a refusal holds back until it is over', async () => {
    const { pace, pass } = paceOf('learn')
    const error = { code: '', detail: '', httpStatus: 429, missingAction: null }
    await pace.heed(place(), answered({ error: { ...error, retryAfterSeconds: 20, budget: 'network.writes' } }), {})
    expect((await pace.take(place(), 'writes')).waitMs).toBeGreaterThan(20 * MS_PER_SECOND)
    expect((await pace.take(place('westeurope'), 'writes')).waitMs).toBe(0)
    pass(30 * MS_PER_SECOND)
    expect((await pace.take(place(), 'writes')).waitMs).toBe(0)
  })

  it('of the older regime by the hour paces by the hour', async () => {
    const { pace } = paceOf('learn')
    await pace.heed(place(), left(1_100), {})
    const waits = await waitsOf(pace, 130)
    expect(waits.filter((wait) => wait === 0)).toHaveLength(120)
    expect(waits.at(-1)).toBeGreaterThan(30 * MS_PER_SECOND)
  })

  it('is not asked about where POSTs are said not to count', async () => {
    const { pace } = paceOf('no')
    pace.noteCounted(true)
    const asked: string[] = []
    const region = async () => {
      asked.push('asked')
      return null
    }
    await pace.take({ subscriptionId: 's', region }, 'writes')
    expect(asked).toEqual([])
  })
})

it('what is promised to requests that wait is not forgotten for an answer to another one', async () => {
  const { pace } = paceOf('yes')
  await waitsOf(pace, 400, (i) => place(`region${i}`))
  const [before = 0] = await waitsOf(pace, 1, () => place('last'))
  await pace.heed(place(), left(190), {})
  const [after = 0] = await waitsOf(pace, 1, () => place('last'))
  expect(after).toBeGreaterThan(before)
})

it('a request whose budget refused another one while it waited has no turn any more, until that is over', async () => {
  const { pace, pass } = paceOf('yes')
  await waitsOf(pace, 400)
  expect(await pace.isRefused(place(), 'writes')).toBe(false)
  const error = { budget: 'network.writes', retryAfterSeconds: 60 } as PollObservation['error']
  await pace.heed(place(), answered({ error }), {})
  expect(await pace.isRefused(place(), 'writes')).toBe(true)
  expect(await pace.isRefused(place(), 'reads')).toBe(false)
  expect(await pace.isRefused(place('elsewhere'), 'writes')).toBe(false)
  expect((await pace.take(place(), 'writes')).waitMs).toBeGreaterThanOrEqual(60 * MS_PER_SECOND)
  pass(60 * MS_PER_SECOND)
  expect(await pace.isRefused(place(), 'writes')).toBe(false)
})

describe('several workers', () => {
  /** Creates workers that share their draws through a store like the database. */
  function workersOf(count: number, known: string[] = []) {
    let at = 0
    const refilledAt = new Map(known.map((key) => [key, 0]))
    const shared = {
      draw: async (draws: readonly { budget: string; refillMs: number }[]) =>
        draws.map(({ budget, refillMs }) => {
          const until = Math.max(at, refilledAt.get(budget) ?? at) + refillMs
          refilledAt.set(budget, until)
          return until - at
        }),
      known: async () => [...refilledAt.keys()],
    }
    const paces = Array.from(
      { length: count },
      () =>
        new RequestPace({ countsPosts: 'learn', identitiesOf: () => ['default'], now: () => at, shared, gatherMs: 0 }),
    )
    return { paces, pass: (ms: number) => (at += ms), now: () => at }
  }

  it.each(['reads', 'writes'] as const)(
    'draw %s of one bucket: none is refused of what is due to all at once',
    async (side) => {
      const { paces } = workersOf(4, ['s reads', 's writes'])
      const turns = await Promise.all(
        paces.flatMap((pace) => Array.from({ length: 150 }, () => pace.take(place(), side))),
      )
      const takes = armBucket(side)
      const sent = turns.map(({ waitMs }) => waitMs).toSorted((a, b) => a - b)
      expect(sent.filter((at) => !takes(at))).toEqual([])
      // and not much later than Azure would allow
      const { size, perSecond } = ARM[side]
      expect(Math.max(...sent)).toBeLessThan((1.2 * MS_PER_SECOND * (600 - size)) / perSecond)
    },
  )

  it('pace a budget that an answer to another one spoke of', async () => {
    const { paces, pass } = workersOf(2)
    const [one, other] = paces
    if (!one || !other) throw new Error('there are two')
    expect(Math.max(...(await waitsOf(other, 300)))).toBe(0)
    await one.heed(place(), left(150), {})
    pass(2 * MS_PER_SECOND)
    expect(Math.max(...(await waitsOf(other, 300)))).toBeGreaterThan(5 * MS_PER_SECOND)
  })

  it('are not held back by what one of them drew where Azure refills faster than documented', async () => {
    const { paces } = workersOf(2, ['s reads', 's writes'])
    const [one, other] = paces
    if (!one || !other) throw new Error('there are two')
    for (let i = 0; i < 200; i++) {
      const turn = await one.take(place(), 'writes')
      await one.heed(place(), left(199), { writes: turn })
    }
    expect(Math.max(...(await waitsOf(other, 100)))).toBe(0)
  })

  it('without the database are as each of them alone', async () => {
    const away = async () => {
      throw new Error('the database is away')
    }
    const shared = { draw: away, known: away }
    const pace = new RequestPace({ countsPosts: 'yes', identitiesOf: () => ['default'], now: () => 0, shared })
    const waits = await waitsOf(pace, 300, (i) => place(`region${i}`))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(180)
  })
})
