import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observation } from '#lib/contract/index.ts'
import type { CountsPosts } from './demands.ts'
import { PostPace } from './post-pace.ts'

const SECOND = 1_000
const place = (region: string | null = 'uksouth', subscriptionId = 's') => ({
  subscriptionId,
  region: async () => region,
})

function paceOf(countsPosts: CountsPosts, identities = 1) {
  let at = 0
  const names = Array.from({ length: identities }, (_, i) => String(i))
  const pace = new PostPace({ countsPosts, identitiesOf: () => names, now: () => at })
  return { pace, pass: (ms: number) => (at += ms), now: () => at }
}

const waitsOf = async (pace: PostPace, posts: number, at: (i: number) => ReturnType<typeof place> = () => place()) => {
  const turns = await Promise.all(Array.from({ length: posts }, (_, i) => pace.take(at(i))))
  return turns.map(({ waitMs }) => waitMs)
}

const answered = (more: Partial<Observation>) =>
  ({ budget: null, error: null, startedAt: 0, finishedAt: 0, ...more }) as Observation
const left = (remainingWrites: number) => answered({ budget: { remainingReads: null, remainingWrites } })

/** ARM's own bucket; whether it takes a request. */
function armBucket(size = 200, perSecond = 10) {
  let [tokens, since] = [size, 0]
  return (at: number): boolean => {
    tokens = Math.min(size, tokens + ((at - since) / SECOND) * perSecond)
    since = at
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}

describe('POSTs that fall due at once', () => {
  it('leave as ARM’s bucket allows: 300 of them within 14 s, and none is refused', async () => {
    const { pace } = paceOf('yes')
    // of as many regions, so that the network provider allows them
    const waits = await waitsOf(pace, 300, (i) => place(`region${i}`))
    const takes = armBucket()
    expect(waits.toSorted((a, b) => a - b).every((at) => takes(at))).toBe(true)
    expect(waits.filter((wait) => wait === 0)).toHaveLength(180)
    expect(Math.max(...waits)).toBeLessThan(14 * SECOND)
  })

  it('leave twice as soon with two identities', async () => {
    const { pace } = paceOf('yes', 2)
    const waits = await waitsOf(pace, 400, (i) => place(`region${i}`))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(360)
    expect(Math.max(...waits)).toBeLessThan(3 * SECOND)
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
    for (let i = 0; i < 250; i++) await pace.take(place(`region${i}`))
    expect(pace.crowded()).toEqual(['s'])
    expect((await pace.take(place('uksouth', 'other'))).waitMs).toBe(0)
  })
})

describe('whenever POSTs fall due', () => {
  const arrivals = fc.array(fc.record({ after: fc.integer({ min: 0, max: 20 * SECOND }), posts: fc.nat(150) }), {
    maxLength: 20,
  })

  it('no window of the network provider has more than it allows, and ARM’s bucket is never empty', () =>
    fc.assert(
      fc.asyncProperty(arrivals, async (bursts) => {
        const { pace, pass, now } = paceOf('yes')
        const sent: number[] = []
        for (const { after, posts } of bursts) {
          pass(after)
          for (let i = 0; i < posts; i++) sent.push(now() + (await pace.take(place())).waitMs)
        }
        sent.sort((a, b) => a - b)
        const takes = armBucket()
        expect(sent.every((at) => takes(at))).toBe(true)
        for (const [i, from] of sent.entries()) {
          const end = sent.findIndex((at) => at >= from + 300 * SECOND)
          expect((end < 0 ? sent.length : end) - i).toBeLessThanOrEqual(1_000)
        }
      }),
      { numRuns: 30 },
    ))
})

describe('what answers say', () => {
  it('of ARM’s bucket starts the pace, and lowers it by what others drew', async () => {
    const { pace } = paceOf('learn')
    await pace.heed(place(), left(30), null)
    // a tenth of 200 is kept free
    const waits = await waitsOf(pace, 12)
    expect(waits.filter((wait) => wait === 0)).toHaveLength(10)
    expect(pace.crowded()).toEqual(['s'])
  })

  it('that its bucket is fuller than documented holds nothing back', async () => {
    const { pace } = paceOf('learn')
    await pace.heed(place(), left(199), null)
    for (let i = 0; i < 1_000; i++) {
      const turn = await pace.take(place())
      expect(turn.waitMs).toBe(0)
      // what it is refilled with, no time passes for
      await pace.heed(place(), left(190), turn)
    }
    // answers that are older say no more than what was not drawn since
    const turn = await pace.take(place())
    for (let i = 0; i < 150; i++) await pace.take(place())
    await pace.heed(place(), left(190), turn)
    expect((await waitsOf(pace, 30)).filter((wait) => wait === 0)).toHaveLength(20)
  })

  it('by a refusal holds back until it is over', async () => {
    const { pace, pass } = paceOf('learn')
    const error = { code: '', detail: '', httpStatus: 429, missingAction: null }
    await pace.heed(place(), answered({ error: { ...error, retryAfterSeconds: 20, budget: 'network.writes' } }), null)
    expect((await pace.take(place())).waitMs).toBeGreaterThan(20 * SECOND)
    expect((await pace.take(place('westeurope'))).waitMs).toBe(0)
    pass(30 * SECOND)
    expect((await pace.take(place())).waitMs).toBe(0)
  })

  it('of the older regime by the hour paces by the hour', async () => {
    const { pace } = paceOf('learn')
    await pace.heed(place(), left(1_100), null)
    const waits = await waitsOf(pace, 130)
    expect(waits.filter((wait) => wait === 0)).toHaveLength(120)
    expect(waits.at(-1)).toBeGreaterThan(30 * SECOND)
  })

  it('is not asked about where POSTs are said not to count', async () => {
    const { pace } = paceOf('no')
    pace.noteCounted(true)
    const asked: string[] = []
    const region = async () => {
      asked.push('asked')
      return null
    }
    await pace.take({ subscriptionId: 's', region })
    expect(asked).toEqual([])
  })
})
