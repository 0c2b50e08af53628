'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { LinkTabs } from '../links/link-tabs.tsx'
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
        <LinkTabs
          label="Resilience"
          tabs={resilienceTabs.map(({ id, name }, n) => ({
            id,
            name,
            href: n === 0 ? '/resilience' : `/resilience?tab=${id}`,
          }))}
          current={tab.id}
        />
      )}
      <tab.Panel />
    </>
  )
}
