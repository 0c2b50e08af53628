import { describe, expect, it } from 'vitest'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { canBeSingleFault } from './symptoms.ts'
import { contextWithPolls, addPathDownTestEvent, TEST_PATH_SUBJECTS } from './testing.ts'

describe('paths of two circuits at one place', () => {
  const siblings = ['ckt-lon', 'ckt-lon2'].map((circuit) => `${circuit} ${TEST_PATH_SUBJECTS[1]} summary`)
  it.each<[string, Record<string, EpochMs>, boolean]>([
    ['may be one fault while nobody has checked the others', {}, true],
    ['while the others were seen only before', { [siblings[0] ?? '']: 9 * MS_PER_MINUTE }, true],
    ['while they may yet fall with them', { [siblings[0] ?? '']: 10 * MS_PER_MINUTE + 59_000 }, true],
    ['are two faults once one of the others is seen to be well', { [siblings[1] ?? '']: 11 * MS_PER_MINUTE }, false],
  ])('%s', (_, lastGoodPollAt, isOne) => {
    const estate = contextWithPolls(lastGoodPollAt)
    expect(
      canBeSingleFault(estate, [addPathDownTestEvent(estate, 'ckt-lon'), addPathDownTestEvent(estate, 'ckt-lon2')]),
    ).toBe(isOne)
  })

  it('and nothing speaks against one where no path fell at all', () => {
    const estate = contextWithPolls({ [siblings[0] ?? '']: 15 * MS_PER_MINUTE })
    const lives = [
      addPathDownTestEvent(estate, 'ckt-lon', 'bandwidth_high'),
      addPathDownTestEvent(estate, 'ckt-lon2', 'bandwidth_high'),
    ]
    expect(canBeSingleFault(estate, lives)).toBe(true)
  })
})
