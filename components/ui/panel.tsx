import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import type { Answered } from './times/age-text.ts'
import { PanelAge } from './times/answer-age.tsx'
import { CurrentDataNote } from './times/of-now.tsx'

/** A choice in a head has its label beside it: above it, the head would be higher than those beside it. */
export const labelsBeside =
  '[&_label]:flex-row [&_label]:items-center [&_label]:gap-2 [&_label>span:first-child]:shrink-0'

/** A titled section of a page. `aside` is at the right of the title: a link, a control. */
export function Panel({
  id,
  title,
  answer,
  isOfNow = false,
  aside,
  note,
  children,
  className,
  flush = false,
}: {
  /** anchor in the page's address: `#usage` */
  id?: string
  /** absent = the page's own title says what it is */
  title?: ReactNode
  /** what it shows: where that is less current than the page, the panel says so */
  answer?: Answered | undefined
  /** what it shows is not kept as history: it says so while the clock stands in the past */
  isOfNow?: boolean
  aside?: ReactNode
  note?: ReactNode
  children: ReactNode
  className?: string
  /** no padding: for tables and lists */
  flush?: boolean
}) {
  return (
    <section
      id={id}
      data-panel
      className={clsx('relative min-w-0 scroll-mt-16 rounded-lg border bg-surface', className)}
    >
      {title && (
        <header className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b px-3.5 py-2">
          {/* a long note breaks beside what stands at the right, and pushes it to no line of its own */}
          <div
            className={clsx(
              'flex min-w-0 flex-wrap items-baseline gap-x-3 gap-y-0.5',
              note ? 'flex-[1_1_12rem]' : 'flex-[1_1_auto]',
            )}
          >
            <h2 className="min-w-0 text-sm font-semibold">{title}</h2>
            {note && <p className="text-xs text-ink-3">{note}</p>}
            {isOfNow && <CurrentDataNote />}
          </div>
          {(answer || aside) && (
            <div className={clsx('ml-auto flex flex-wrap items-center gap-x-3 gap-y-2', labelsBeside)}>
              {answer && <PanelAge answer={answer} />}
              {aside}
            </div>
          )}
        </header>
      )}
      {!title && isOfNow && <CurrentDataNote className="block px-3.5 pt-2" />}
      <div className={flush ? undefined : 'p-3.5'}>{children}</div>
    </section>
  )
}

/** A name and its value; `wide`: a text that would take many lines in one column has two. */
export type Fact = [name: string, value: ReactNode, width?: 'wide']

/** Names and values; null reads `unknown`. */
export function Facts({ facts, className }: { facts: Fact[]; className?: string }) {
  return (
    <dl className={clsx('grid grid-cols-[repeat(auto-fill,minmax(8.25rem,1fr))] gap-x-5 gap-y-3', className)}>
      {facts.map(([name, value, width]) => (
        <div key={name} className={clsx('min-w-0', width && 'col-span-2')}>
          <dt className="text-xs font-medium text-ink-3">{name}</dt>
          <dd className="text-sm break-words">{value ?? <span className="text-ink-3">unknown</span>}</dd>
        </div>
      ))}
    </dl>
  )
}
