import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import type { ResponseAge } from './times/age-text.ts'
import { PanelAge } from './times/answer-age.tsx'
import { CurrentDataNote, CurrentDataOnly } from './times/current-data-note.tsx'

/**
 * CSS classes that put the label of a control in the head of a page or panel to its left. A label above the control
 * would make the head higher than neighboring heads.
 */
export const labelsBesideClass =
  '[&_label]:flex-row [&_label]:items-center [&_label]:gap-2 [&_label>span:first-child]:shrink-0'

/** Titled section of a page. `aside` is content at the right of the title, for example a link or a control. */
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
  /** anchor in the page's URL: `#usage` */
  id?: string
  /** title of the panel; undefined = the title of the page is sufficient */
  title?: ReactNode
  /** API response that the panel shows; if it is older than the data of the page, the panel shows its age */
  answer?: ResponseAge | undefined
  /**
   * whether the content exists only for the present; while the page shows the past, the panel then has a note in place
   * of its content
   */
  isOfNow?: boolean
  aside?: ReactNode
  note?: ReactNode
  children: ReactNode
  className?: string
  /** whether to leave out the padding, for tables and lists */
  flush?: boolean
}) {
  const body = <div className={flush ? undefined : 'p-3.5'}>{children}</div>
  return (
    <section
      id={id}
      data-panel
      className={clsx('relative min-w-0 scroll-mt-16 rounded-lg border bg-surface', className)}
    >
      {title && (
        <header className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 border-b px-3.5 py-2">
          {/* a long note wraps in its own column and does not push the content at the right to another line */}
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
            <div className={clsx('ml-auto flex flex-wrap items-center gap-x-3 gap-y-2', labelsBesideClass)}>
              {answer && <PanelAge answer={answer} />}
              {aside}
            </div>
          )}
        </header>
      )}
      {!title && isOfNow && <CurrentDataNote className="block px-3.5 py-2" />}
      {isOfNow ? <CurrentDataOnly>{body}</CurrentDataOnly> : body}
    </section>
  )
}

/** Name and value. `wide` = the value spans two columns, because it would take many lines in one column. */
export type PanelFact = [name: string, value: ReactNode, width?: 'wide']

/** Grid of names and values; null is shown as `unknown`. */
export function PanelFactGrid({ facts, className }: { facts: PanelFact[]; className?: string }) {
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
