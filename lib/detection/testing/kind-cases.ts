import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { formatDetectedEventAsLine, runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import type { TestTimeline } from '#lib/poller/memory/testing/timeline.ts'

/**
 * Series for one kind of event, by name or in order. The first series of each list are the most similar pair, and are
 * played in every run.
 */
export interface SeriesOfKind {
  /** series that must raise the kind of event */
  raises: Record<string, TestTimeline> | readonly TestTimeline[]
  /** series that are similar but must not raise the kind of event */
  not: Record<string, TestTimeline> | readonly TestTimeline[]
}

/**
 * Plays series that must raise a kind of event, and series that must not.
 * @param which `first` = one of each for every kind; `all` = for `*.long.test.ts`
 */
export function testTimelinesOfEventKinds(cases: Readonly<Record<string, SeriesOfKind>>, which: 'first' | 'all'): void {
  const chosen = ({ raises, not }: SeriesOfKind) => {
    const end = which === 'first' ? 1 : undefined
    return { raises: Object.entries(raises).slice(0, end), not: Object.entries(not).slice(0, end) }
  }
  const ofKind = async (timeline: TestTimeline, kind: string): Promise<DetectedEvent[]> =>
    (await simulateTimelineOnce(timeline)).filter((event) => event.kind === kind)

  describe.each(Object.entries(cases))('%s', (kind, series) => {
    const { raises, not } = chosen(series)
    it.each(raises)('is raised by series %s', async (_, timeline) => {
      expect(await ofKind(timeline, kind)).not.toEqual([])
    })
    it.each(not)('is not raised by near series %s', async (_, timeline) => {
      expect((await ofKind(timeline, kind)).map(formatDetectedEventAsLine)).toEqual([])
    })
    it('has two of each at least', () => {
      for (const list of [series.raises, series.not]) expect(Object.keys(list).length).toBeGreaterThanOrEqual(2)
    })
  })
}

const played = new Map<TestTimeline, Promise<readonly DetectedEvent[]>>()

/** Returns the events of a series, which is played once for all tests of a file. */
export function simulateTimelineOnce(timeline: TestTimeline): Promise<readonly DetectedEvent[]> {
  const known = played.get(timeline) ?? runTestTimeline(timeline).then(({ events }) => events)
  played.set(timeline, known)
  return known
}
