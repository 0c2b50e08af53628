import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it, vi } from 'vitest'
import type { CostProjection, CostReviewCircuit, UnusedFinding } from '#lib/cost/api/index.ts'
import { formatCaveatCount, listCaveats as listAllCaveats } from './caveats.ts'
import { createCostReviewColumns } from './review-columns.tsx'
import type { CostReviewRow } from './review-rows.ts'

const offers = [{ plan: 'metered' }, { plan: 'unlimited' }]
const projection = (part: object = {}, action = 'stay', asks: object[] = []) =>
  ({
    name: 'erc-london',
    coveredShare: 1,
    termsUnread: [],
    options: offers,
    recommendation: { action, asks },
    ...part,
  }) as unknown as CostProjection
const unused = (kind: UnusedFinding['kind'], name = 'erc-london') =>
  ({ kind, name, resourceId: `/${name}`, reason: `Because of ${kind}.`, remedy: 'Change it.' }) as UnusedFinding

const listCaveats = (one: CostProjection, findings: readonly UnusedFinding[]) => listAllCaveats(one, findings, null)

describe('the caveats of a recommendation', () => {
  it('name a peak that does not fit on one path, and why a peak may be higher', () => {
    const peakOf = (share: number, isAtLeast: boolean): CostReviewCircuit['peak'] => ({
      mbps: 200 * share,
      share,
      loss: share > 1 ? { name: 'erc-london' } : null,
      isAtLeast,
      isNearlyFull: share >= 0.8,
    })
    const of = (share: number, isAtLeast: boolean, takesOver: object | null = { isUnsure: false, losses: [] }) =>
      listAllCaveats(projection({ takesOver }), [], peakOf(share, isAtLeast))
    const isTooLarge =
      'The peak does not fit on one path: 312 Mb/s if erc-london fails, 156 % of one path. Check whether a larger bandwidth is needed.'
    expect(of(1, false)).toEqual([])
    expect(of(1.56, false)).toEqual([isTooLarge])
    expect(of(0.18, true, null)).toEqual([
      'The peak on one path may be higher, because the traffic that other failures move to this circuit is not calculated.',
    ])
    expect(of(1.56, true, { isUnsure: true, losses: [] })).toEqual([
      isTooLarge,
      'The peak on one path may be higher, because the new path of some prefixes after a failure is unknown.',
    ])
    expect(of(0.18, true)).toEqual([
      'The peak on one path may be higher, because the traffic after a failure is unknown.',
    ])
  })

  it('are none if all was measured and compared', () => {
    expect(listCaveats(projection(), [unused('no_connection', 'erc-other')])).toEqual([])
  })

  it('contradict it, leave an offer open, or make its figures incomplete, in this order', () => {
    const doubtful = projection({ coveredShare: 0.84, termsUnread: [{}], options: [{ plan: 'metered' }] }, 'stay', [
      {},
      {},
      {},
    ])
    expect(listCaveats(doubtful, [unused('bandwidth_not_needed'), unused('gateway_alone')])).toEqual([
      'Because of bandwidth_not_needed.',
      'The plan unlimited was not compared for this circuit.',
      '2 more offers depend on open questions.',
      'Only 84 % of the month so far was measured.',
      'The billing terms were not polled in a part of the month.',
    ])
  })

  it('contain light use only if the circuit is not changed, and a missing connection always', () => {
    const both = [unused('bandwidth_not_needed'), unused('no_connection')]
    expect(listCaveats(projection({}, 'switch'), both)).toEqual(['Because of no_connection.'])
    expect(listCaveats(projection({}, 'too_close'), both)).toHaveLength(2)
  })

  it.each(['too_early', 'unpriced'])('are none for %s, which gives no advice', (action) => {
    expect(listCaveats(projection({ coveredShare: 0.2, options: [] }, action), [])).toEqual([])
  })

  it('state that nothing was measured, and never round a gap away', () => {
    expect(listCaveats(projection({ coveredShare: 0 }), [])).toEqual(['Nothing of the month so far was measured.'])
    expect(listCaveats(projection({ coveredShare: 0.996 }), [])).toEqual([])
  })

  it('are counted in words', () => {
    expect([1, 2].map(formatCaveatCount)).toEqual(['1 caveat', '2 caveats'])
  })
})

describe('the cell of a recommendation', () => {
  const drawn = (caveats: string[], onExplain?: (id: string) => void, recommendation: object = {}) => {
    const { recommendation: own, ...rest } = projection()
    const row = {
      ...rest,
      circuitId: 'a',
      caveats,
      recommendation: { ...own, ...recommendation },
    } as unknown as CostReviewRow
    const columns = createCostReviewColumns({ variance: [], comparedWith: null, decisions: [] }, onExplain)
    return renderToStaticMarkup(columns.find(({ id }) => id === 'todo')?.cell?.(row))
  }

  it('names the caveats next to the recommendation, on screen as a button that shows them', () => {
    expect(drawn(['It is linked to no gateway.'], vi.fn())).toMatch(
      /Stay<\/span>, <button type="button" aria-label="1 caveat, erc-london"[^>]*>1 caveat<\/button>/,
    )
    expect(drawn(['It is linked to no gateway.'])).toContain('Stay</span>, 1 caveat')
    expect(drawn([], vi.fn())).not.toContain('caveat')
  })

  const band = (amount: string) => ({ p50: { amount, currency: 'USD' } })
  const asks = [{ to: { plan: 'local', tier: 'Local', bandwidthMbps: 1_000 }, saving: band('4868.00') }]
  const declined = [{ to: { plan: 'metered' }, saving: band('9.00'), reason: 'Declare what the provider charges.' }]

  it.each([
    ['the reason to stay', { reason: 'There is no other offer.' }, 'There is no other offer.'],
    [
      'what an answer would save',
      { reason: 'Do not change it before this is answered.', asks },
      '>Worth asking for $4,868<',
    ],
    [
      'what an answer would save beyond the change',
      { action: 'switch', to: null, saving: band('4500.00'), reason: 'It is cheaper.', asks, declined },
      '>Worth asking for $368 more<',
    ],
    ['no other text of a change', { action: 'switch', to: null, reason: 'It is cheaper.', declined }, 'Switch</span>'],
  ])('has on screen, next to the verdict, %s', (_, recommendation, words) => {
    const text = drawn([], vi.fn(), recommendation)
    expect(text).toContain(words)
    expect(text).not.toMatch(/Ask:|Do not change|Declare|cheaper/)
    // on paper, the reason is below the row
    expect(drawn([], undefined, recommendation)).not.toMatch(/Worth asking|There is no/)
  })
})

it('the cell of the peak names a peak that is not complete', () => {
  const drawn = (isAtLeast: boolean, takesOver: object | null = { isUnsure: true, losses: [] }) => {
    const peak = { mbps: 36, share: 0.18, loss: null, isAtLeast, isNearlyFull: false }
    const row = { ...projection(), takesOver, reviewed: { peak } } as unknown as CostReviewRow
    const columns = createCostReviewColumns({ variance: [], comparedWith: null, decisions: [] })
    return renderToStaticMarkup(columns.find(({ id }) => id === 'capacity')?.cell?.(row))
  }
  expect(drawn(true)).toContain('≥ 18 %, not complete')
  expect(drawn(true, null)).toContain('≥ 18 %, without failovers')
  expect(drawn(false)).not.toMatch(/≥|not complete/)
})
