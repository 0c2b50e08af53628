import { setTimeout as delay } from 'node:timers/promises'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { MemoryCache } from './cache.ts'
import { getMetricsRegistry } from './metrics.ts'

const MAX_AGE_MS = 1_000
let cache = new MemoryCache<Promise<unknown>>('test', { maxAgeMs: MAX_AGE_MS, maxSize: 2 })
let made = 0
const owner = {}
const make = async () => (made += 1)
const share = (key: string, version: string, now: number) => cache.share(owner, key, make, { version, now })
type Asked = Parameters<typeof share>

beforeEach(() => {
  cache = new MemoryCache('test', { maxAgeMs: MAX_AGE_MS, maxSize: 2 })
  made = 0
})

describe('a value', () => {
  it.each<[string, Asked, Asked, boolean]>([
    ['is kept for its maximum age', ['a', '1', 0], ['a', '1', MAX_AGE_MS - 1], true],
    ['is made again after it', ['a', '1', 0], ['a', '1', MAX_AGE_MS], false],
    ['is made again for another version', ['a', '1', 0], ['a', '2', 1], false],
    ['does not serve another key', ['a', '1', 0], ['b', '1', 1], false],
    ['does not serve an earlier time', ['a', '1', MAX_AGE_MS / 2], ['a', '1', 0], false],
  ])('%s', async (_, first, second, isSame) => {
    expect((await share(...first)) === (await share(...second))).toBe(isSame)
  })

  it('replaces the value of another version', async () => {
    await share('a', '1', 0)
    const after = await share('a', '2', 1)
    expect(await share('a', '1', 2)).toBeGreaterThan(after)
  })

  it('belongs to its owner', async () => {
    await cache.share({}, 'a', make)
    expect(await cache.share({}, 'a', make)).toBe(2)
  })

  it('that was used longest ago leaves first', async () => {
    for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) await share(key, '', 0)
    expect(made).toBe(4)
  })

  it('leaves when all have more than the maximum size', () => {
    const sized = new MemoryCache<string>('sized', { maxSize: 5, sizeOf: ({ length }) => length })
    for (const text of ['aaa', 'bb', 'c']) sized.store(owner, text, text)
    expect(['aaa', 'bb', 'c'].map((text) => sized.find(owner, text))).toEqual([undefined, 'bb', 'c'])
  })

  it('is made once for callers that wait for it, and again after clear', async () => {
    const pending = [share('a', '', 0), share('a', '', 0)]
    cache.clear()
    expect(await Promise.all([...pending, share('a', '', 0)])).toEqual([1, 1, 2])
  })

  it('is shared while it is made and as long again, also after its maximum age', async () => {
    const brief = new MemoryCache<Promise<number>>('brief', { maxAgeMs: 1 })
    const slow = () => delay(30).then(make)
    const pending = brief.share(owner, 'a', slow, { now: 0 })
    expect(brief.find(owner, 'a', { now: 29 })).toBe(pending)
    await pending
    expect(brief.find(owner, 'a', { now: 50 })).toBe(pending)
    expect(brief.find(owner, 'a', { now: 60_000 })).toBeUndefined()
  })

  it('is not kept if making it failed or if its age is 0', async () => {
    const never = { now: 0, ageOf: (value: unknown) => (value === null ? 0 : MAX_AGE_MS) }
    await expect(cache.share(owner, 'a', () => Promise.reject(new Error('undone')), never)).rejects.toThrow('undone')
    expect(await cache.share(owner, 'a', async () => null, never)).toBeNull()
    expect(await cache.share(owner, 'a', async () => 1, never)).toBe(1)
    expect(await cache.share(owner, 'a', async () => 2, never)).toBe(1)
  })
})

it('is shared by all copies of a module', async () => {
  const copy = async () => {
    vi.resetModules()
    return (await import('./cache.ts')).openProcessCache<string>('copied')
  }
  const [first, second] = [await copy(), await copy()]
  first.store(owner, 'a', 'value')
  expect(second.find(owner, 'a')).toBe('value')
})

it('reads are counted by name and result', async () => {
  const counted = new MemoryCache<number>('counted')
  counted.find(owner, 'a')
  counted.store(owner, 'a', 1)
  counted.find(owner, 'a')
  const text = await getMetricsRegistry().getSingleMetricAsString('peerwatch_cache_reads_total')
  expect(text).toContain('{cache="counted",result="hit"} 1')
  expect(text).toContain('{cache="counted",result="miss"} 1')
})
