import { beforeAll, describe, expect, it } from 'vitest'
import { corpus } from './corpus.ts'
import { knownGaps } from './known-gaps.ts'
import { hasDetector } from './report.ts'
import { run, worldOf } from './run.ts'
import type { Kind } from './scenario.ts'
import { slotsOf } from './schedule.ts'
import { type Score, score } from './score.ts'

/** Kinds that are held to the corpus; the others are only measured. */
const HELD: readonly Kind[] = ['session_down', 'session_up']
const MINUTE = 60_000
/** Shorter ones take longer than a test may: `npm run bench detection`. */
const INTERVALS = [60, 300]

describe('the corpus', () => {
  it('has every scenario of the catalogue once', () => {
    const numbered = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, n) => `S${String(from + n).padStart(2, '0')}`)
    expect(corpus.map(({ id }) => id)).toEqual([...numbered(1, 35), ...numbered(40, 61), ...numbered(70, 72)])
  })

  it.each(corpus)(
    '$id is a valid scenario, with five minutes before its first change and half an hour after its last',
    (scenario) => {
      const { timeline } = worldOf(scenario)
      const edges = [
        ...timeline.effects.filter(({ kind }) => kind !== 'fault').flatMap(({ from, until }) => [from, until]),
        ...scenario.collector.flatMap((c) => (c.kind === 'pause' || c.kind === 'restart' ? [c.at, c.until] : [])),
      ].filter((at) => at >= scenario.start && Number.isFinite(at))
      for (const edge of edges) {
        expect(edge - scenario.start).toBeGreaterThanOrEqual(5 * MINUTE)
        expect(scenario.end - edge).toBeGreaterThanOrEqual(30 * MINUTE)
      }
    },
  )

  it('asks every source once in each interval, and none while the collector is away', () => {
    const scenario = corpus.find(({ id }) => id === 'S42')
    if (!scenario) throw new Error('there is no S42')
    const peers = slotsOf(scenario, worldOf(scenario).scenario, MINUTE).filter(({ source }) => source.kind === 'peers')
    const steps = new Set(peers.slice(1).map(({ startedAt }, n) => startedAt - (peers[n]?.startedAt ?? 0)))
    expect(steps).toEqual(new Set([MINUTE, 4 * MINUTE]))
  })
})

describe.each(INTERVALS)('detection, polled every %i s', (seconds) => {
  const scores: Score[] = []
  beforeAll(async () => {
    for (const scenario of corpus) scores.push(score(await run(scenario, seconds * 1_000)))
  }, 300_000)

  it.each(HELD)('%s: all that is visible is found', (kind) => {
    const visible = scores.flatMap(({ scenario, judged }) =>
      judged.filter(({ item }) => item.kind === kind && item.seen).map((one) => ({ scenario, ...one })),
    )
    expect(visible.length).toBeGreaterThan(20)
    expect(visible.filter(({ event }) => !event).map(({ scenario, item }) => `${scenario} ${item.subject}`)).toEqual([])
  })

  it.each(HELD)('%s: the truth lies inside the bounds', (kind) => {
    const found = scores.flatMap(({ judged }) => judged.filter(({ item, event }) => item.kind === kind && event))
    expect(found.filter(({ contained }) => !contained).map(({ item }) => item)).toEqual([])
  })

  it.each(HELD)('%s: bounds are no wider than the samples demand', (kind) => {
    const found = scores.flatMap(({ judged }) => judged.filter(({ item, event }) => item.kind === kind && event))
    for (const { tightness, item } of found) expect(tightness, item.subject).toBeLessThanOrEqual(1.01)
  })

  it('raises no false alarm of these kinds but the known ones', () => {
    const alarms = scores.flatMap(({ scenario, falseAlarms }) =>
      falseAlarms.filter(({ kind }) => held(kind)).map(({ kind }) => `${scenario} ${kind}`),
    )
    expect([...new Set(alarms)].toSorted()).toEqual(gaps('false alarm'))
  })

  it('says nothing of these kinds that a scenario forbids, but the known', () => {
    const broken = scores.flatMap(({ scenario, broken: rules }) =>
      rules.filter(({ event }) => held(event.kind)).map(({ event }) => `${scenario} ${event.kind}`),
    )
    const known = gaps('forbidden')
    // polled so rarely, the sibling's session with a lost instance is not seen down
    const left = seconds > 60 ? known.filter((gap) => !gap.startsWith('S10')) : known
    expect([...new Set(broken)].toSorted()).toEqual(left)
  })
})

it('holds only kinds that have a detector', () => {
  expect(HELD.filter((kind) => !hasDetector(kind))).toEqual([])
})

const held = (kind: string) => (HELD as readonly string[]).includes(kind)
const gaps = (says: 'false alarm' | 'forbidden') =>
  knownGaps
    .filter((gap) => gap.says === says)
    .map(({ scenario, kind }) => `${scenario} ${kind}`)
    .toSorted()
