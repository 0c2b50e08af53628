'use client'

import { clsx } from 'clsx'
import { parseAsString, useQueryState } from 'nuqs'
import { PageLink } from '../links/page-link.tsx'
import { PageHead } from '../ui/panel.tsx'
import { resilienceTabs } from './tabs.ts'

/** Whether the design keeps its promises, and what happens if something goes. */
export function ResiliencePage() {
  const [asked] = useQueryState('tab', parseAsString)
  const tab = resilienceTabs.find(({ id }) => id === asked) ?? resilienceTabs[0]
  if (!tab) return null
  return (
    <>
      <PageHead title="Resilience">{tab.words}</PageHead>
      {resilienceTabs.length > 1 && (
        <nav aria-label="Resilience" className="mb-4 overflow-x-auto border-b print:hidden">
          <ul className="flex w-max gap-1">
            {resilienceTabs.map(({ id, name }, n) => (
              <li key={id}>
                <PageLink
                  href={n === 0 ? '/resilience' : `/resilience?tab=${id}`}
                  aria-current={id === tab.id ? 'page' : undefined}
                  className={clsx(
                    '-mb-px block border-b-2 px-3 py-1.5 text-sm whitespace-nowrap -outline-offset-2',
                    id === tab.id ? 'border-ink font-medium text-ink' : 'border-transparent text-ink-2 hover:text-ink',
                  )}
                >
                  {name}
                </PageLink>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <tab.Panel />
    </>
  )
}
