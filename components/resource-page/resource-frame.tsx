import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { SequentialHydration } from '../ui/sequential-hydration.tsx'

/**
 * Layout of a resource's page. The current state of the resource is next to the open tab, so that both are visible
 * without scrolling. The tab labels are above both, so that they do not move when the user opens another tab. A tab
 * marked `data-wide` hides the current state and uses its space.
 * On narrow screens, the current state is above the content of the first tab. The other tabs, which are marked
 * `data-later`, hide it, so that the content of the chosen tab is visible without scrolling. Paper and snapshots always
 * contain it.
 * On a very wide screen, text lines have at most about 100 characters, and a current state that contains parts next to
 * each other (`data-broad`) has twice the width.
 * @param isWide whether the current state needs a wide column, for example for a table
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
        'group/frame grid grid-cols-[minmax(0,1fr)] items-start gap-x-6 gap-y-4 5xl:[&_p:not(.flex)]:max-w-[100ch]',
        isWide
          ? 'xl:grid-cols-[28rem_minmax(0,1fr)]'
          : 'xl:grid-cols-[22.5rem_minmax(0,1fr)] 5xl:grid-cols-[30rem_minmax(0,1fr)] 5xl:has-data-broad:grid-cols-[60rem_minmax(0,1fr)]',
      )}
    >
      <SequentialHydration>
        <div className="divide-y rounded-lg border bg-surface not-print:not-in-[[data-snapshot]]:max-xl:group-has-[[data-later]]/frame:hidden xl:sticky xl:top-16 xl:group-has-[[data-wide]]/frame:hidden">
          {present}
        </div>
        <div className="contents [&>*]:min-w-0">{children}</div>
      </SequentialHydration>
    </div>
  )
}

/**
 * Section within the current state of a resource.
 * @param aside content at the right of the title
 */
export function CurrentStateSection({
  title,
  aside,
  children,
}: {
  title?: ReactNode
  aside?: ReactNode
  children: ReactNode
}) {
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

/**
 * Section within the current state of a resource that is collapsed to one line until the user opens it. On paper it is
 * always open (`app/globals.css`).
 * @param isOpen whether the section is open at first, because its content needs attention
 */
export function FoldedStateSection({
  title,
  state,
  isOpen = false,
  children,
}: {
  title: ReactNode
  /** summary at the right of the title */
  state?: ReactNode
  isOpen?: boolean
  children: ReactNode
}) {
  return (
    <details data-state-fold className="group min-w-0" open={isOpen}>
      <summary className="flex min-h-9 cursor-pointer flex-wrap items-center gap-x-2 px-3.5 py-1 -outline-offset-2 hover:bg-hover">
        <span aria-hidden className="w-2 text-ink-3 group-open:rotate-90 print:hidden">
          ›
        </span>
        <span className="font-medium">{title}</span>
        {state && <span className="ml-auto text-xs">{state}</span>}
      </summary>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-3 px-3.5 pt-1 pb-3">{children}</div>
    </details>
  )
}
