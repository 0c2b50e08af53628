import { plural } from '../format/quantity.ts'

/** Rows of each part that fit on two printed pages; the rest is on the screen and in the CSV file. */
export const ON_PAPER = { circuits: 6, budgets: 3, unused: 2, corrections: 2, decisions: 3, assumptions: 6 }

/** Hides rows beyond the first ones in print. */
export const onPaper = (index: number, most: number): string | undefined => (index < most ? undefined : 'print:hidden')

/** States in print how many rows are left out. */
export function NotOnPaper({ count, most }: { count: number; most: number }) {
  return count > most ? (
    <p className="hidden px-1.5 py-0.5 text-xs text-ink-2 print:block">
      {plural(count - most, 'more', 'more')} on the screen and in the CSV file.
    </p>
  ) : null
}
