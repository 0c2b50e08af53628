import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ChangeBatcher } from './change-batcher.ts'

const change = (scope: string, topic: 'circuits' | 'events' = 'circuits') => ({
  topics: [topic],
  scope,
  at: '2026-11-20T03:12:00.000Z',
})

describe('changes', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('pass at once when alone, and together when they come in a burst', () => {
    const flushed: string[][] = []
    const batcher = new ChangeBatcher((changes) => flushed.push(changes.map(({ scope }) => scope ?? '')))
    batcher.push(change('a'))
    expect(flushed).toEqual([['a']])
    batcher.push(change('b'))
    batcher.push(change('c'))
    expect(flushed).toEqual([['a']])
    vi.advanceTimersByTime(200)
    expect(flushed).toEqual([['a'], ['b', 'c']])
    vi.advanceTimersByTime(1000)
    batcher.push(change('d'))
    expect(flushed.at(-1)).toEqual(['d'])
  })

  it('do not wait as long when one of them is an event, which takes the others along', () => {
    const flushed: string[][] = []
    const batcher = new ChangeBatcher((changes) => flushed.push(changes.map(({ scope }) => scope ?? '')))
    batcher.push(change('a'))
    batcher.push(change('b'))
    vi.advanceTimersByTime(40)
    batcher.push(change('c', 'events'))
    vi.advanceTimersByTime(39)
    expect(flushed).toEqual([['a']])
    vi.advanceTimersByTime(1)
    expect(flushed).toEqual([['a'], ['b', 'c']])
    batcher.push(change('d'))
    vi.advanceTimersByTime(150)
    batcher.push(change('e', 'events'))
    expect(flushed.at(-1)).toEqual(['d', 'e'])
  })

  it('are dropped when it stops', () => {
    const flush = vi.fn()
    const batcher = new ChangeBatcher(flush)
    batcher.push(change('a'))
    batcher.push(change('b'))
    batcher.stop()
    vi.advanceTimersByTime(1000)
    expect(flush).toHaveBeenCalledOnce()
  })
})
