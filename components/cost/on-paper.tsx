import { formatPlural } from '../format/quantity.ts'

/**
 * Maximum number of printed rows of each part of the cost review, so that the review fits on two pages. All rows are on
 * the screen and in the CSV file.
 */
export const MAX_PRINTED_ROWS = { circuits: 6, budgets: 3, unused: 2, corrections: 2, decisions: 3, assumptions: 6 }

/** Returns the CSS class that hides a row in print if its index is not below `most`; undefined for the first rows. */
export const getPrintHiddenClass = (index: number, most: number): string | undefined =>
  index < most ? undefined : 'print:hidden'

/** Note that is visible in print only: how many rows are left out. */
export function PrintOmissionNote({ count, most }: { count: number; most: number }) {
  return count > most ? (
    <p className="hidden px-1.5 py-0.5 text-xs text-ink-2 print:block">
      {formatPlural(count - most, 'more', 'more')} on the screen and in the CSV file.
    </p>
  ) : null
}
