import { clsx } from 'clsx'
import { usePathname, useSearchParams } from 'next/navigation'
import { TabsOfLinks } from '../links/link-tabs.tsx'
import { PageLink } from '../links/page-link.tsx'
import { listNavigationGroups, findNavigationEntry } from './navigation-pages.ts'
import { useNavigationPermissions } from './visitor.tsx'

/**
 * Tabs with the pages of the current navigation entry. They are hidden on the page of a single resource, which has its
 * own tabs.
 */
export function SectionTabs() {
  const visitor = useNavigationPermissions()
  const found = findNavigationEntry(usePathname(), useSearchParams().get('tab'))
  if (!found?.isItself) return null
  const tabs = listNavigationGroups(visitor)
    .flatMap(({ sections }) => sections)
    .find(({ id }) => id === found.section.id)?.tabs
  if (!tabs || (tabs.length < 2 && (tabs[0]?.places.length ?? 0) < 2)) return null
  const beside = tabs.find(({ name }) => name === found.tab.name)?.places ?? []
  return (
    <>
      <TabsOfLinks
        label={found.section.name}
        tabs={tabs.map(({ name, places: [first] }) => ({ id: name, name, href: first?.href ?? '/' }))}
        current={found.tab.name}
      />
      {beside.length > 1 && (
        <nav aria-label={found.tab.name} className="-mt-2 mb-4 overflow-x-auto print:hidden">
          <ul className="flex w-max gap-1">
            {beside.map(({ href, name }) => (
              <li key={href}>
                <PageLink
                  href={href}
                  aria-current={href === found.place.href ? 'page' : undefined}
                  className={clsx(
                    'block rounded-md px-2.5 py-1 text-xs whitespace-nowrap -outline-offset-2',
                    href === found.place.href
                      ? 'bg-surface font-medium text-ink shadow-[inset_0_0_0_1px_var(--line-strong)]'
                      : 'text-ink-2 hover:bg-hover hover:text-ink',
                  )}
                >
                  {name}
                </PageLink>
              </li>
            ))}
          </ul>
        </nav>
      )}
    </>
  )
}
