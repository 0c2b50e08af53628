'use client'

import { parseAsString, useQueryState } from 'nuqs'
import type { ComponentType } from 'react'
import { useEndpointQuery } from '../data/index.ts'
import { findNavigationEntry } from '../shell/navigation-pages.ts'
import { PageHeader } from '../ui/page-head.tsx'
import { PageAge } from '../ui/times/answer-age.tsx'
import type { ResponseAge } from '../ui/times/age-text.ts'
import { DrillsPanel } from './drills/drills-panel.tsx'
import { IntentPanel } from './intent-panel.tsx'
import { PosturePanel } from './posture-panel.tsx'
import { MaintenanceOutlookPanel } from './weeks-ahead-panel.tsx'
import { PlanDropZone } from './plan/plan-drop-zone.tsx'
import { WhatIfPanel } from './what-if/what-if-panel.tsx'

interface ResilienceTab {
  id: string
  Panel: ComponentType
  /** returns the API response of the tab, so that the page head can show the age of the data */
  useAnswer: () => ResponseAge | undefined
}

/** Tabs of the page; the first tab is the default. */
const resilienceTabs: readonly ResilienceTab[] = [
  {
    id: 'posture',
    Panel: () => (
      <PlanDropZone>
        <PosturePanel />
      </PlanDropZone>
    ),
    useAnswer: () => useEndpointQuery('resilience').data,
  },
  {
    id: 'weeks-ahead',
    Panel: MaintenanceOutlookPanel,
    useAnswer: () => useEndpointQuery('resilience/outlook').data,
  },
  {
    id: 'what-if',
    Panel: () => (
      <PlanDropZone>
        <WhatIfPanel />
      </PlanDropZone>
    ),
    useAnswer: () => useEndpointQuery('circuits').data,
  },
  {
    id: 'intent',
    Panel: IntentPanel,
    useAnswer: () => useEndpointQuery('resilience/intents').data,
  },
  {
    id: 'drills',
    Panel: DrillsPanel,
    useAnswer: () => useEndpointQuery('resilience/drills').data,
  },
]

/** Page with the design checks and the effects of failures. */
export function ResiliencePage() {
  const [asked] = useQueryState('tab', parseAsString)
  const tab = resilienceTabs.find(({ id }) => id === asked) ?? resilienceTabs[0]
  if (!tab) return null
  return (
    <>
      <PageHeader
        title={findNavigationEntry('/resilience', asked)?.place.name}
        age={<TabAge key={tab.id} useAnswer={tab.useAnswer} />}
      />
      <tab.Panel />
    </>
  )
}

/**
 * Age of the data of the open tab. The tabs call different hooks, so each tab must have its own instance of this
 * component.
 */
const TabAge = ({ useAnswer }: Pick<ResilienceTab, 'useAnswer'>) => <PageAge answer={useAnswer()} />
