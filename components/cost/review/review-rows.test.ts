import { expect, it } from 'vitest'
import { formatReviewPublication } from './review-rows.ts'

it('names the date on which the review of a week will be published', () => {
  expect(formatReviewPublication('2026-W49', null)).toBe('open, will be published Mon 2026-12-07 02:00 UTC')
  expect(formatReviewPublication('2026-W49', '2026-W48')).toBe('open, will be published Mon 2026-12-07 02:00 UTC')
  expect(formatReviewPublication('2026-W48', '2026-W48')).toBe('over, not published yet: due Mon 2026-11-30 02:00 UTC')
})
