import { describe, expect, it } from 'vitest'
import { findThresholdConflicts } from './threshold-conflicts.ts'
import { defaultSettings, type DetectionSettings } from '#lib/detection/model/settings.ts'

const found = (changed: Partial<DetectionSettings>) => findThresholdConflicts({ ...defaultSettings, ...changed })

describe('thresholds that can not be so together', () => {
  it('are none as shipped', () => expect(found({})).toEqual([]))

  it.each<[string, Partial<DetectionSettings>, RegExp]>([
    [
      'an end above its begin',
      { 'headroom.clear': 0.85 },
      /^headroom\.clear: it must not be above headroom\.warn, which is 0\.8$/,
    ],
    ['a begin below its end', { 'bandwidth.warn': 0.6 }, /^bandwidth\.clear: .* bandwidth\.warn, which is 0\.6$/],
    ['more than the budget of Azure', { 'burst.polls': 34 }, /^burst\.polls: at this burst\.interval at most 33, /],
    [
      'the same by a shorter interval',
      { 'burst.interval': 5_000 },
      /^burst\.polls: at this burst\.interval at most 16, /,
    ],
  ])('%s', (_, changed, words) => expect(found(changed)).toEqual([expect.stringMatching(words)]))

  it('are not those that are equal', () => expect(found({ 'headroom.clear': 0.8, 'burst.polls': 33 })).toEqual([]))
})
