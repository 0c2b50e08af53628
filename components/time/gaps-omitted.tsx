import { formatCountWithPlural } from '../format/quantity.ts'

/**
 * Note below a drawing with the number of data gaps that it does not show. A response contains only the longest gaps.
 */
export function OmittedGapsNote({ count }: { count: number }) {
  if (count === 0) return null
  return (
    <p className="mt-2 text-xs text-ink-2">
      The longest gaps in the data are hatched; {formatCountWithPlural(count, 'shorter one')}{' '}
      {count === 1 ? 'is' : 'are'} not. Choose a shorter time range.
    </p>
  )
}
