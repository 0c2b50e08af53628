import { describe, expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { compareEventsOfThresholdSets } from './compare-events.ts'

const event = (
  subject: string,
  earliest: number,
  latest: number,
  more: Partial<DetectedEvent> = {},
): DetectedEvent => ({
  key: `${subject} ${earliest}`,
  kind: 'session_down',
  severity: 'minor',
  scope: 'gw',
  subject,
  started: { earliest, latest },
  ended: null,
  duration: null,
  detectedAt: latest,
  evidence: [],
  causes: [],
  flags: [],
  ...more,
})

describe('what other thresholds would have raised', () => {
  it('does not differ where bounds of the same event overlap, whichever poll proved it', () => {
    const compared = compareEventsOfThresholdSets([event('a', 0, 60)], [event('a', 30, 90)])
    expect(compared).toMatchObject({ appearedCount: 0, vanishedCount: 0 })
    expect(compared.kinds).toEqual([{ kind: 'session_down', before: 1, after: 1 }])
  })

  it('is more where it happened again, or to another', () => {
    const compared = compareEventsOfThresholdSets(
      [event('a', 0, 60)],
      [event('a', 0, 60), event('a', 600, 660), event('b', 0, 60)],
    )
    expect(compared.appeared.map(({ subject, startedBetween: [from] }) => [subject, Date.parse(from)])).toEqual([
      ['b', 0],
      ['a', 600],
    ])
    expect(compared.vanishedCount).toBe(0)
  })

  it('takes one for one: two that were raised as one are one fewer', () => {
    expect(
      compareEventsOfThresholdSets([event('a', 0, 60), event('a', 50, 90)], [event('a', 0, 90)]).vanishedCount,
    ).toBe(1)
  })

  it('leaves out what a larger event explains', () => {
    expect(compareEventsOfThresholdSets([], [event('a', 0, 60, { partOf: 'path' })])).toMatchObject({
      kinds: [],
      appearedCount: 0,
    })
  })
})
