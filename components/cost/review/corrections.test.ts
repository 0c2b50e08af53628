import { expect, it } from 'vitest'
import { listCorrections } from './corrections.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })

it('lists the visible corrections of published reviews by reason, with the period of their amounts', () => {
  const correction = (circuitId: string, published: string, now: string, reason = 'bytes became known') => ({
    week: '2026-W48',
    circuitId,
    published: usd(published),
    now: usd(now),
    reason,
  })
  const corrections = [
    correction('a', '4503.10', '4508.40'),
    correction('b', '247.10', '247.30'),
    correction('c', '42.10', '42.20'),
    correction('a', '1.00', '2.00', 'prices became known'),
  ]
  const projections = { circuits: [{ circuitId: 'a', name: 'erc-johannesburg' }] }
  expect(listCorrections({ corrections, projections } as never)).toEqual([
    {
      head: 'Cost of 2026-11 until the end of 2026-W48: bytes became known.',
      changes: ['erc-johannesburg: $4,503, now $4,508', 'c: $42.10, now $42.20'],
    },
    {
      head: 'Cost of 2026-11 until the end of 2026-W48: prices became known.',
      changes: ['erc-johannesburg: $1, now $2'],
    },
  ])
  expect(listCorrections({ corrections: corrections.slice(1, 2), projections } as never)).toEqual([])
})
