import type { ComponentType } from 'react'
import { useEndpoint } from '../data/index.ts'
import type { Answered } from '../ui/times/age-words.ts'
import { AvailabilityReportPanel, useAvailability } from './availability-panel.tsx'
import { DrillsPanel } from './drills/drills-panel.tsx'
import { IntentPanel } from './intent-panel.tsx'
import { PosturePanel } from './posture-panel.tsx'
import { WhatIfPanel } from './what-if/what-if-panel.tsx'

export interface ResilienceTab {
  id: string
  name: string
  words: string
  Panel: ComponentType
  /** what its panel shows */
  useAnswer: () => Answered | undefined
}

/** The tabs of the page: each is an address of its own, and the first one is the page's. The head says how old a tab's answer is. */
export const resilienceTabs: readonly ResilienceTab[] = [
  {
    id: 'posture',
    name: 'Posture',
    words: 'What is configured and learned, against what keeps it up.',
    Panel: PosturePanel,
    useAnswer: () => useEndpoint('resilience').data,
  },
  {
    id: 'what-if',
    name: 'What if',
    words: 'What strands, what moves and what fills up if something goes.',
    Panel: WhatIfPanel,
    useAnswer: () => useEndpoint('circuits').data,
  },
  {
    id: 'intent',
    name: 'Intent',
    words: 'Which circuits carry which prefixes now and would next, beside what is declared of them.',
    Panel: IntentPanel,
    useAnswer: () => useEndpoint('resilience/intents').data,
  },
  {
    id: 'drills',
    name: 'Drills',
    words: 'What a loss was predicted to do, and what it did when it was made on purpose.',
    Panel: DrillsPanel,
    useAnswer: () => useEndpoint('resilience/drills').data,
  },
  {
    id: 'availability',
    name: 'Availability',
    words: 'A month divided into up, down, indeterminate, not seen and planned, with whose fault it was.',
    Panel: AvailabilityReportPanel,
    useAnswer: () => useAvailability().query.data,
  },
]
