'use client'

import { parseAsString, useQueryState } from 'nuqs'
import { whereIs } from '../shell/places.ts'
import { PageHead } from '../ui/page-head.tsx'
import { PageAge } from '../ui/times/answer-age.tsx'
import { AvailabilityReportPanel, useAvailability } from './availability-panel.tsx'
import { type ResilienceTab, resilienceTabs } from './tabs.ts'

/** Whether the design keeps its promises, and what happens if something goes. */
export function ResiliencePage() {
  const [asked] = useQueryState('tab', parseAsString)
  const tab = resilienceTabs.find(({ id }) => id === asked) ?? resilienceTabs[0]
  if (!tab) return null
  return (
    <>
      <PageHead
        title={whereIs('/resilience', asked)?.place.name}
        age={<TabAge key={tab.id} useAnswer={tab.useAnswer} />}
      />
      <tab.Panel />
    </>
  )
}

/** The availability of each circuit and customer in a month. */
export const AvailabilityPage = () => (
  <>
    <PageHead title="Availability" age={<TabAge useAnswer={useMonth} />} />
    <AvailabilityReportPanel />
  </>
)

const useMonth = () => useAvailability().query.data

/** One for each view: each asks for something else. */
const TabAge = ({ useAnswer }: Pick<ResilienceTab, 'useAnswer'>) => <PageAge answer={useAnswer()} />
