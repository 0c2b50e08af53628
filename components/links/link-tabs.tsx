import { clsx } from 'clsx'
import { PageLink } from './page-link.tsx'

/** The views of a page, each of which is an address of its own. */
export function LinkTabs({
  label,
  tabs,
  current,
}: {
  label: string
  tabs: readonly { id: string; name: string; href: string }[]
  current: string
}) {
  return (
    <nav aria-label={label} className="mb-4 overflow-x-auto border-b print:hidden">
      <ul className="flex w-max gap-1">
        {tabs.map(({ id, name, href }) => (
          <li key={id}>
            <PageLink
              href={href}
              aria-current={id === current ? 'page' : undefined}
              className={clsx(
                '-mb-px block border-b-2 px-3 py-1.5 text-sm whitespace-nowrap -outline-offset-2',
                id === current ? 'border-ink font-medium text-ink' : 'border-transparent text-ink-2 hover:text-ink',
              )}
            >
              {name}
            </PageLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
