import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { InTurn } from '../ui/in-turn.tsx'

/**
 * A resource as it is now, and beside it the open tab, so that both are in sight without scrolling; where there is no room beside each
 * other the present comes first. The tabs stand above both, where no tab moves them: a wide one takes the place of the present.
 * @param isWide the present needs room: a table
 */
export function ResourceFrame({
  present,
  isWide = false,
  children,
}: {
  present: ReactNode
  isWide?: boolean
  children: ReactNode
}) {
  return (
    <div
      data-frame
      className={clsx(
        'group/frame grid grid-cols-[minmax(0,1fr)] items-start gap-x-6 gap-y-4',
        isWide ? 'xl:grid-cols-[28rem_minmax(0,1fr)]' : 'xl:grid-cols-[22.5rem_minmax(0,1fr)]',
      )}
    >
      <InTurn>
        <div className="divide-y rounded-lg border bg-surface xl:sticky xl:top-16 xl:group-has-[[data-wide]]/frame:hidden">
          {present}
        </div>
        <div className="contents [&>*]:min-w-0">{children}</div>
      </InTurn>
    </div>
  )
}

/** A part of what a resource is now. @param aside at the right of its title */
export function Present({ title, aside, children }: { title?: ReactNode; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className="min-w-0 px-3.5 py-2.5">
      {title && (
        <header className="mb-1.5 flex min-h-6 flex-wrap items-center gap-x-2">
          <h2 className="text-sm font-semibold">{title}</h2>
          {aside && <span className="ml-auto flex items-center gap-x-2 text-xs text-ink-2">{aside}</span>}
        </header>
      )}
      {children}
    </section>
  )
}

/** A part that is one line until it is opened. @param isOpen at first: something in it needs attention */
export function PresentFold({
  title,
  state,
  isOpen = false,
  children,
}: {
  title: ReactNode
  /** at the right, what it amounts to */
  state?: ReactNode
  isOpen?: boolean
  children: ReactNode
}) {
  return (
    <details className="group min-w-0" open={isOpen}>
      <summary className="flex min-h-9 cursor-pointer flex-wrap items-center gap-x-2 px-3.5 py-1 -outline-offset-2 hover:bg-hover">
        <span aria-hidden className="w-2 text-ink-3 group-open:rotate-90">
          ›
        </span>
        <span className="font-medium">{title}</span>
        {state && <span className="ml-auto text-xs">{state}</span>}
      </summary>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3 px-3.5 pt-1 pb-3">{children}</div>
    </details>
  )
}
