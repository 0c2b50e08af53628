import type { ComponentType } from 'react'
import { AvailabilityPanel } from './availability-panel.tsx'
import { DrillsPanel } from './drills/drills-panel.tsx'
import { IntentPanel } from './intent-panel.tsx'
import { PosturePanel } from './posture-panel.tsx'
import { WhatIfPanel } from './what-if/what-if-panel.tsx'

/** The tabs of the page: each is an address of its own, and the first one is the page's. */
export const resilienceTabs: readonly { id: string; name: string; words: string; Panel: ComponentType }[] = [
  {
    id: 'posture',
    name: 'Posture',
    words: 'What is configured and learned, against what keeps it up.',
    Panel: PosturePanel,
  },
  {
    id: 'what-if',
    name: 'What if',
    words: 'What strands, what moves and what fills up if something goes.',
    Panel: WhatIfPanel,
  },
  {
    id: 'intent',
    name: 'Intent',
    words: 'Which circuits carry which prefixes now and would next, beside what is declared of them.',
    Panel: IntentPanel,
  },
  {
    id: 'drills',
    name: 'Drills',
    words: 'What a loss was predicted to do, and what it did when it was made on purpose.',
    Panel: DrillsPanel,
  },
  {
    id: 'availability',
    name: 'Availability',
    words: 'A month divided into up, down, indeterminate, not seen and planned, with whose fault it was.',
    Panel: AvailabilityPanel,
  },
]
