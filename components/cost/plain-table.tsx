import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { stacked } from '../ui/table/stacked.ts'

/** A small table that is read, not worked with: no sorting, no columns to choose. Scrolls by itself where it is too wide, and is a list on a phone. */
export function PlainTable({
  caption,
  head,
  children,
  className,
}: {
  /** read out, and the name of the region that scrolls */
  caption: string
  head: readonly string[]
  children: ReactNode
  className?: string
}) {
  const onPhone = stacked(head)
  return (
    // what scrolls must be reachable by keyboard
    <div className="overflow-x-auto print:overflow-visible" role="region" aria-label={caption} tabIndex={0}>
      <table
        className={clsx('w-full text-left text-sm print:text-xs', onPhone.className, className)}
        style={onPhone.style}
      >
        <caption className="sr-only">{caption}</caption>
        <thead className="text-2xs text-ink-3">
          <tr className="border-b">
            {head.map((name) => (
              <th key={name} scope="col" className={clsx(cell, 'font-medium')}>
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

export const cell = 'px-3.5 py-1.5 align-top print:px-1.5 print:py-0.5'
export const row = 'border-b last:border-b-0 break-inside-avoid'
