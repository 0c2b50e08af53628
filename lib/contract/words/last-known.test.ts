import { expect, it } from 'vitest'
import { formatLastKnown } from './last-known.ts'

it('names the time of the last poll that showed a state, if there is space for it', () => {
  expect(formatLastKnown('09:59:14')).toBe('last known at 09:59:14')
  expect(formatLastKnown(null)).toBe('last known')
})
