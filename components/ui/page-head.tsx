import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { PageHeadMenu } from './head-menu.tsx'
import { labelsBesideClass } from './panel.tsx'

/**
 * Head of a page: its path, its title, the state of its subject and since when, at most two controls, and a menu with
 * further controls. It has no introductory sentence, because the title and the content explain the page.
 */
export function PageHeader({
  title,
  eyebrow,
  leads = false,
  status,
  since,
  age,
  actions,
  menu,
}: {
  title: ReactNode
  /** links to the parent pages, above the title */
  eyebrow?: ReactNode
  /** whether the title is the main message of the page and has the largest size */
  leads?: boolean
  status?: ReactNode
  /** text next to the state: since when it applies, or a short summary */
  since?: ReactNode
  /** a `PageAge` component, which shows the age of the page's data */
  age?: ReactNode
  /** at most two buttons or choices */
  actions?: ReactNode
  /** less frequently used buttons, shown in the menu "…" */
  menu?: ReactNode
}) {
  return (
    <header className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
      {/* a long text wraps in its own column, so that the controls stay on the same line when the text arrives after the head */}
      <div className="min-w-0 flex-[1_1_min(20rem,60%)]">
        {eyebrow && <p className="mb-0.5 text-xs text-ink-3">{eyebrow}</p>}
        <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
          <h1
            className={clsx(
              'min-w-0 rounded-xs font-semibold tracking-tight break-words',
              leads ? 'text-xl sm:text-2xl' : 'text-xl',
            )}
          >
            {title}
          </h1>
          {status && <span className="text-base">{status}</span>}
          {/* below a leading title, because a duration that becomes longer would otherwise move it to a line of its own */}
          {since && <span className={clsx('min-w-0 text-ink-2', leads && 'min-h-5 basis-full')}>{since}</span>}
        </div>
      </div>
      {(age || actions || menu) && (
        <div
          className={clsx(
            // the height is kept free on a phone, because the age of the data arrives after the page
            'flex flex-wrap items-center gap-2 max-sm:min-h-4.5 max-sm:w-full sm:ml-auto sm:justify-end',
            labelsBesideClass,
          )}
        >
          {age}
          {(actions || menu) && (
            <div data-actions className="contents print:hidden">
              {actions}
              {menu && <PageHeadMenu>{menu}</PageHeadMenu>}
            </div>
          )}
        </div>
      )}
    </header>
  )
}
