import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { HeadMenu } from './head-menu.tsx'
import { labelsBeside } from './panel.tsx'

/**
 * The head of a page: where it is, its title, the state of what it is about and since when, at most two controls, and a menu of the
 * others. No sentence: what a page is for is said by its title and by what it shows.
 */
export function PageHead({
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
  /** the path to here */
  eyebrow?: ReactNode
  /** whether the title is the answer of the page: it has the one leading size */
  leads?: boolean
  status?: ReactNode
  /** beside the state: since when, or what it amounts to in a few words */
  since?: ReactNode
  /** a `PageAge` */
  age?: ReactNode
  /** at most two buttons or choices */
  actions?: ReactNode
  /** buttons that are used less, behind "…" */
  menu?: ReactNode
}) {
  return (
    <header className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
      {/* a long text breaks in its own column: it does not push the controls to another line once it is known */}
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
          {since && <span className="min-w-0 text-ink-2">{since}</span>}
        </div>
      </div>
      {(age || actions || menu) && (
        <div
          className={clsx('flex flex-wrap items-center gap-2 max-sm:w-full sm:ml-auto sm:justify-end', labelsBeside)}
        >
          {age}
          {(actions || menu) && (
            <div data-actions className="contents">
              {actions}
              {menu && <HeadMenu>{menu}</HeadMenu>}
            </div>
          )}
        </div>
      )}
    </header>
  )
}
