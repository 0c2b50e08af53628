import { type ChartTooltipContent, buildReadingTable } from './plot-model.ts'

const cell = 'px-2 py-1 align-top whitespace-nowrap'

/**
 * Shows all values of a chart as a table with one row for each stop. The text of the values is the same as at the
 * crosshair.
 */
export function ChartValueTable({ label, readings }: { label: string; readings: readonly ChartTooltipContent[] }) {
  const { names, rows } = buildReadingTable(readings)
  const hasNotes = rows.some(({ notes }) => notes !== '')
  return (
    // a scrolling region must be reachable by keyboard
    <div
      role="region"
      aria-label={`${label}, table`}
      tabIndex={0}
      className="mt-1 max-h-96 overflow-auto rounded-md border print:hidden"
    >
      <table className="w-full text-left text-xs">
        <caption className="sr-only">{label}</caption>
        <thead className="sticky top-0 bg-surface text-xs text-ink-3">
          <tr className="border-b">
            {['', ...names, ...(hasNotes ? ['Notes'] : [])].map((name) => (
              <th key={name} scope="col" className={`${cell} font-medium`}>
                {name || <span className="sr-only">At</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ title, values, notes }) => (
            <tr key={title} className="border-b last:border-b-0">
              <th scope="row" className={`${cell} font-normal`} suppressHydrationWarning>
                {title}
              </th>
              {values.map((value, index) => (
                <td key={names[index]} className={`${cell} font-mono`}>
                  {value ?? '–'}
                </td>
              ))}
              {hasNotes && <td className={`${cell} text-ink-2`}>{notes}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
