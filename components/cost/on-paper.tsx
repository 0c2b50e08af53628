import { plural } from '../format/quantity.ts'

/** How much of each part fits on the two sides of paper; the rest stands on the screen, and in the CSV file. */
export const ON_PAPER = { circuits: 6, budgets: 3, unused: 2, corrections: 2, decisions: 3, assumptions: 6 }

/** Keeps what comes after the first ones off the paper. */
export const onPaper = (index: number, most: number): string | undefined => (index < most ? undefined : 'print:hidden')

/** Says on paper what is missing there. */
export function NotOnPaper({ count, most }: { count: number; most: number }) {
  return count > most ? (
    <p className="hidden px-1.5 py-0.5 text-xs text-ink-2 print:block">
      {plural(count - most, 'more', 'more')} on the screen and in the CSV file.
    </p>
  ) : null
}
