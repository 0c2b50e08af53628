import { clsx } from 'clsx'
import type { ReactNode } from 'react'

/** Draws a small static table without sorting or column choice. It scrolls if it is too wide. */
export function PlainTable({
  caption,
  head,
  right = [],
  children,
  className,
}: {
  /** caption for screen readers, and name of the scrolling region */
  caption: string
  head: readonly string[]
  /** headers of the columns that are aligned right, such as amounts */
  right?: readonly string[]
  children: ReactNode
  className?: string
}) {
  return (
    // a scrolling region must be reachable by keyboard
    <div className="overflow-x-auto print:overflow-visible" role="region" aria-label={caption} tabIndex={0}>
      <table className={clsx('w-full text-left text-xs', className)}>
        <caption className="sr-only">{caption}</caption>
        <thead className="text-xs text-ink-3">
          <tr className="border-b">
            {head.map((name) => (
              <th
                key={name}
                scope="col"
                className={clsx(plainTableCellClass, 'font-medium', right.includes(name) && 'text-right')}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}

export const plainTableCellClass = 'px-3.5 py-1.5 align-top'
export const plainTableRowClass = 'border-b last:border-b-0 break-inside-avoid'
