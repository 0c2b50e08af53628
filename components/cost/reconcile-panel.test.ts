import { expect, it } from 'vitest'
import { listRecentMonths } from './reconcile-panel.tsx'

it('goes back over the turn of a year', () => {
  expect(listRecentMonths('2026-02')).toEqual(['2026-02', '2026-01', '2025-12', '2025-11', '2025-10', '2025-09'])
})
