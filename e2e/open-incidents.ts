import type { Page } from '@playwright/test'
import type { EstateOverview } from '#lib/overview/api/index.ts'
import { alterApiResponses } from './altered-answers.ts'

/**
 * Alters the page's answers so that these incidents are open and there are no other problems. @param open read for each
 * answer
 */
export async function showOnlyGivenOpenIncidents(page: Page, open: readonly object[]): Promise<void> {
  await alterApiResponses(page, /\/api\/v1\/incidents\?/, () => open)
  await alterApiResponses<EstateOverview>(page, /\/api\/v1\/overview$/, (overview) => ({
    ...overview,
    worstFirst: [],
    incidents: {
      ...overview.incidents,
      counts: open.length === 0 ? {} : { major: open.length },
      recovered: 0,
      planned: 0,
      open: open as EstateOverview['incidents']['open'],
    },
  }))
}
