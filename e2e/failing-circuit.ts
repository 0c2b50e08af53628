import type { Page } from '@playwright/test'
import type { EstateOverview } from '#lib/overview/api/index.ts'
import { alterApiResponses } from './altered-answers.ts'

/** Alters the overview so that its only problem is the secondary path of erc-amsterdam. @param id ID of the circuit */
export const failOnOverview = (page: Page, id: string) =>
  alterApiResponses<EstateOverview>(page, /\/api\/v1\/overview$/, (overview) => ({
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
