'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { LinkTabs } from '../links/link-tabs.tsx'
import { PageAge } from '../ui/times/answer-age.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { type ResilienceTab, resilienceTabs } from './tabs.ts'

/** Whether the design keeps its promises, and what happens if something goes. */
export function ResiliencePage() {
  const [asked] = useQueryState('tab', parseAsString)
  const tab = resilienceTabs.find(({ id }) => id === asked) ?? resilienceTabs[0]
  if (!tab) return null
  return (
    <>
      <PageHead
        title="Resilience"
        age={<TabAge key={tab.id} useAnswer={tab.useAnswer} />}
        tabs={
          <LinkTabs
            label="Resilience"
            tabs={resilienceTabs.map(({ id, name }, n) => ({
              id,
              name,
              href: n === 0 ? '/resilience' : `/resilience?tab=${id}`,
            }))}
            current={tab.id}
          />
        }
      />
      <tab.Panel />
    </>
  )
}

/** One for each tab: each asks for something else. */
const TabAge = ({ useAnswer }: Pick<ResilienceTab, 'useAnswer'>) => <PageAge answer={useAnswer()} />
