import { clsx } from 'clsx'
import { PageLink } from '../links/page-link.tsx'

const tabs = [
  { id: 'log', name: 'Log', href: '/events' },
  { id: 'patterns', name: 'Patterns', href: '/events?tab=patterns' },
] as const

/** The views of the events page: each is an address of its own. */
export function EventTabs({ current }: { current: (typeof tabs)[number]['id'] }) {
  return (
    <nav aria-label="Events" className="mb-4 overflow-x-auto border-b print:hidden">
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
