import type { ComponentType } from 'react'
import { useEndpoint } from '../data/index.ts'
import type { Answered } from '../ui/times/age-words.ts'
import { DrillsPanel } from './drills/drills-panel.tsx'
import { IntentPanel } from './intent-panel.tsx'
import { PosturePanel } from './posture-panel.tsx'
import { WhatIfPanel } from './what-if/what-if-panel.tsx'

export interface ResilienceTab {
  id: string
  Panel: ComponentType
  /** what its panel shows */
  useAnswer: () => Answered | undefined
}

/** The views of the page, named by the navigation; the first one is the page's. The head says how old a view's answer is. */
export const resilienceTabs: readonly ResilienceTab[] = [
  {
    id: 'posture',
    Panel: PosturePanel,
    useAnswer: () => useEndpoint('resilience').data,
  },
  {
    id: 'what-if',
    Panel: WhatIfPanel,
    useAnswer: () => useEndpoint('circuits').data,
  },
  {
    id: 'intent',
    Panel: IntentPanel,
    useAnswer: () => useEndpoint('resilience/intents').data,
  },
  {
    id: 'drills',
    Panel: DrillsPanel,
    useAnswer: () => useEndpoint('resilience/drills').data,
  },
]
