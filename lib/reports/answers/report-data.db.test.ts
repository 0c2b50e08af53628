import { beforeAll, describe, expect, it } from 'vitest'
import { listAccessScopeTexts } from '#lib/contract/index.ts'
import type { ReportKind } from '../api/index.ts'
import { findIsoWeek } from '#lib/contract/time/iso-week.ts'
import { buildReportMail } from '../mail/report-mail.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readReportData } from './report-data.ts'
import {
  ALPHA_TEST_CUSTOMER,
  BRAVO_TEST_CUSTOMER,
  listTextsToHideOfTestCustomer,
  feedSharedHub,
  findLeakedHiddenTexts,
  ACCESS_SCOPES_WITH_TEXTS_TO_HIDE,
} from '#lib/questions/testing/shared-hub.ts'

const db = withTestDatabase()
const now = Date.now()
beforeAll(() => feedSharedHub(db, now), 60_000)

const periods: Record<ReportKind, string> = {
  availability_monthly: new Date(now).toISOString().slice(0, 7),
  cost_weekly: findIsoWeek(now).name,
}

/** Returns a complete mail as it would be sent, with its files. */
async function mailOf(report: ReportKind, scopes: readonly string[]): Promise<string> {
  const data = await readReportData(db, { report, scopes, period: periods[report] }, now)
  if (!data) throw new Error('nothing is known')
  return JSON.stringify(buildReportMail(data, scopes, null))
}

describe.each(['availability_monthly', 'cost_weekly'] as const)('the report %s', (report) => {
  it.each(ACCESS_SCOPES_WITH_TEXTS_TO_HIDE)(
    'of whoever sees $name has nothing of others',
    async ({ scope, hidden }) => {
      expect(findLeakedHiddenTexts(await mailOf(report, listAccessScopeTexts(scope)), hidden)).toEqual([])
    },
  )

  it('of everything has the circuits of both customers', async () => {
    const text = await mailOf(report, [])
    for (const one of [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER])
      expect(findLeakedHiddenTexts(text, listTextsToHideOfTestCustomer(one))).not.toEqual([])
  })
})

it('a week that nobody published has no report', async () => {
  const asked = { report: 'cost_weekly', scopes: [], period: '2020-W10' } as const
  expect(await readReportData(db, asked, now)).toBeNull()
})
