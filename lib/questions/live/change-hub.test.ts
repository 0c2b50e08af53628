import { describe, expect, it, vi } from 'vitest'
import { streamTopics } from '#lib/contract/index.ts'
import { EventStreamChangeDistributor, type NumberedStreamChange } from './change-hub.ts'

const AT = '2026-11-20T03:12:00.000Z'
const payload = (topics: string[], scope: string | null, at = AT) => JSON.stringify({ topics, scope, at })

function hubWith(options: ConstructorParameters<typeof EventStreamChangeDistributor>[0] = {}) {
  vi.useFakeTimers()
  const hub = new EventStreamChangeDistributor({ gatherMs: 25, now: () => Date.parse(AT), ...options })
  const listen = (lastEventId: string | null = null) => {
    const got: NumberedStreamChange[] = []
    const onClose = vi.fn()
    const leave = hub.subscribe(
      { caller: { kind: 'open', id: '' }, onChanges: (sent) => got.push(...sent), onClose },
      lastEventId,
    )
    return { got, onClose, leave, changes: () => got.map(({ change }) => change) }
  }
  const say = (...payloads: string[]) => {
    for (const text of payloads) hub.take(text)
    vi.advanceTimersByTime(25)
  }
  return { hub, listen, say }
}

describe('the hub of changes', () => {
  it('sends a change to every subscriber, with an id of its own', () => {
    const { listen, say } = hubWith()
    const [first, second] = [listen(), listen()]
    say(payload(['sessions'], 'g1'))
    say(payload(['routes'], 'g1'))
    expect(first.changes()).toEqual([
      { topics: ['sessions'], scope: 'g1', at: AT },
      { topics: ['routes'], scope: 'g1', at: AT },
    ])
    expect(second.got).toEqual(first.got)
    expect(new Set(first.got.map(({ id }) => id)).size).toBe(2)
  })

  it('says how old each change is that goes out to somebody, and nothing of what nobody reported', () => {
    const onSent = vi.fn()
    const { hub, listen, say } = hubWith({ onSent, now: () => Date.parse(AT) + 40 })
    say(payload(['sessions'], 'g1'))
    expect(onSent).not.toHaveBeenCalled()
    listen()
    say(payload(['sessions'], 'g1'), payload(['routes'], 'g1', '2026-11-20T03:11:59.000Z'))
    expect(onSent.mock.calls).toEqual([[40], [1_040]])
    hub.everything()
    say()
    expect(onSent).toHaveBeenCalledTimes(2)
  })

  it('makes one of a burst in one scope, with the latest time', () => {
    const { listen, say } = hubWith()
    const { changes } = listen()
    say(
      payload(['sessions'], 'g1'),
      payload(['routes', 'sessions'], 'g1', '2026-11-20T03:12:01.000Z'),
      payload(['routes'], 'c1'),
    )
    expect(changes()).toEqual([
      { topics: ['sessions', 'routes'], scope: 'g1', at: '2026-11-20T03:12:01.000Z' },
      { topics: ['routes'], scope: 'c1', at: AT },
    ])
  })

  it('says of a burst that only counters changed where all of it says so', () => {
    const { listen, say } = hubWith()
    const { changes } = listen()
    const ofCounters = (scope: string) => JSON.stringify({ topics: ['circuits'], scope, at: AT, countersOnly: true })
    say(ofCounters('c1'), ofCounters('c1'), ofCounters('c2'), payload(['circuits'], 'c2'))
    expect(changes()).toEqual([
      { topics: ['circuits'], scope: 'c1', at: AT, countersOnly: true },
      { topics: ['circuits'], scope: 'c2', at: AT },
    ])
  })

  it('sends what it gathered at once, the same to everybody', () => {
    const { hub, say } = hubWith()
    const [first, second] = [vi.fn(), vi.fn()]
    for (const onChanges of [first, second])
      hub.subscribe({ caller: { kind: 'open', id: '' }, onChanges, onClose: () => {} })
    say(payload(['sessions'], 'g1'), payload(['circuits'], 'c1'), payload(['events'], null))
    expect(first.mock.calls.map(([sent]) => sent.length)).toEqual([3])
    expect(second.mock.calls[0]?.[0]).toBe(first.mock.calls[0]?.[0])
  })

  it('waits no longer than it gathers', () => {
    const { hub, listen } = hubWith()
    const { got } = listen()
    hub.take(payload(['events'], null))
    vi.advanceTimersByTime(24)
    expect(got).toHaveLength(0)
    vi.advanceTimersByTime(1)
    expect(got).toHaveLength(1)
  })

  it('makes one without a scope of a burst in many', () => {
    const { listen, say } = hubWith()
    const { changes } = listen()
    say(...Array.from({ length: 21 }, (_, i) => payload([i % 2 ? 'routes' : 'sessions'], `g${i}`)))
    expect(changes()).toEqual([{ topics: ['sessions', 'routes'], scope: null, at: AT }])
  })

  it('gives a client that comes back what it missed', () => {
    const { listen, say } = hubWith()
    const before = listen()
    say(payload(['sessions'], 'g1'))
    before.leave()
    say(payload(['routes'], 'g1'))
    say(payload(['events'], 'g1'))
    const after = listen(before.got[0]?.id)
    expect(after.changes().map(({ topics }) => topics)).toEqual([['routes'], ['events']])
    expect(before.got).toHaveLength(1)
  })

  it('gives what goes out at once for good: later changes are not added to it', () => {
    const { hub, listen, say } = hubWith()
    const beforeAll = listen('of another run').got[0]?.id ?? ''
    say(payload(['sessions'], 'g1'))
    const onChanges = vi.fn()
    hub.subscribe({ caller: { kind: 'open', id: '' }, onChanges, onClose: () => {} }, beforeAll)
    say(payload(['routes'], 'g1'))
    expect(onChanges.mock.calls.map(([sent]) => sent.length)).toEqual([1, 1])
  })

  it('gives nothing to a client that missed nothing', () => {
    const { listen, say } = hubWith()
    const first = listen()
    say(payload(['sessions'], 'g1'))
    expect(listen(first.got[0]?.id).got).toHaveLength(0)
  })

  it.each([
    { name: 'is too old', lost: (ids: string[]) => ids[0] ?? '' },
    { name: 'is of another run', lost: () => 'abcdef-1' },
    { name: 'is nonsense', lost: () => '\u2603' },
  ])('names everything to a client whose last id $name', ({ lost }) => {
    const { listen, say } = hubWith({ keep: 2 })
    const first = listen()
    for (const topic of ['sessions', 'routes', 'events', 'sources']) say(payload([topic], 'g1'))
    const { changes, got } = listen(lost(first.got.map(({ id }) => id)))
    expect(changes()).toEqual([{ topics: [...streamTopics], scope: null, at: AT }])
    // From here on the client is up to date again.
    expect(listen(got[0]?.id).got).toHaveLength(0)
  })

  it('names everything when notifications may have been lost', () => {
    const { hub, listen } = hubWith()
    const { changes } = listen()
    hub.everything()
    vi.advanceTimersByTime(25)
    expect(changes()).toEqual([{ topics: [...streamTopics], scope: null, at: AT }])
  })

  it.each([
    '',
    'no json',
    '{"topics":["sessions"]}',
    '{"topics":["weather"],"scope":null,"at":"2026-11-20T03:12:00Z"}',
  ])('refuses the payload %j', (text) => {
    const { hub } = hubWith()
    expect(() => hub.take(text)).toThrow(Error)
  })

  it('ends all streams when it closes, and later ones at once', () => {
    const { hub, listen } = hubWith()
    const open = listen()
    hub.take(payload(['events'], null))
    hub.close()
    vi.advanceTimersByTime(100)
    expect(open.onClose).toHaveBeenCalledOnce()
    expect(open.got).toHaveLength(0)
    expect(listen().onClose).toHaveBeenCalledOnce()
    expect(hub.size).toBe(0)
  })
})
