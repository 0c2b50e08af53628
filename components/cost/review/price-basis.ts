import type { CostDiscount } from '#lib/cost/api/index.ts'
import { formatDiscountPercent } from '../money-text.ts'

/**
 * Describes the prices behind the total of the month, and how the bills differ from them. The range of the total
 * contains only the uncertainty of the traffic, so that it must not be read as a range of the bill.
 * @param discount discount that the bills prove; undefined = not loaded
 * @param hasFailed whether the discount could not be loaded
 * @returns `prices` is appended to the name of the total; `bills` is a note below it, null = no known difference
 */
export function formatPriceBasis(
  discount: Pick<CostDiscount, 'state' | 'share'> | undefined,
  hasFailed: boolean,
): { prices: string; bills: string | null } {
  if (!discount)
    return {
      prices: '',
      bills: hasFailed
        ? 'The comparison with the bills could not be loaded. Load the page again.'
        : 'The comparison with the bills is loading',
    }
  const { state, share } = discount
  if (state === 'none' || share === null) return { prices: '', bills: null }
  const percent = formatDiscountPercent(share)
  return state === 'in_force'
    ? { prices: `, at ${percent} off list prices`, bills: null }
    : { prices: ', at list prices', bills: `The range is of list prices only; the bills are ${percent} below them` }
}
