import type { Page } from '@playwright/test'
import type { Overview } from '#lib/overview/api/index.ts'
import { alterAnswers } from './altered-answers.ts'

/** Has the overview say that the secondary path of erc-amsterdam is down, and nothing else. @param id of the circuit */
export const failOnOverview = (page: Page, id: string) =>
  alterAnswers<Overview>(page, /\/api\/v1\/overview$/, (overview) => ({
    ...overview,
    worstFirst: [
      {
        type: 'circuit',
        id,
        name: 'erc-amsterdam',
        state: 'reduced',
        kind: null,
        severity: 'degraded',
        reason: 'Secondary path: BGP is down.',
        since: null,
        href: `/circuits/${id}`,
        incidentId: null,
      },
    ],
  }))
