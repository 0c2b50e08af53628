import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { AzureAccess } from '#lib/azure/index.ts'
import type { AzureReportRequest, AzureReportResult, AzureSiteTest } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { computeShortId, readFailoverTests, saveFailoverTests } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createCircuitRow, circuitId, createTestPollRecorder } from '#lib/questions/testing/record-feed.ts'
import { getAzureFailoverTests } from './azure-failover-tests.ts'
import { readAzureReports } from './read-azure-reports.ts'

const db = withTestDatabase()
const NOW = Date.now()
const scope = computeShortId(circuitId('london'))
const clock = { now: () => NOW, monotonic: () => NOW }
const never = new AbortController().signal

const bgp = [{ family: 'IPv4', path: 'secondary' as const, status: 'Connected', at: NOW - 10 * MS_PER_MINUTE }]
const test = (own: Partial<AzureSiteTest> = {}): AzureSiteTest => ({
  id: 'test-1',
  location: '',
  status: 'Completed',
  startedAt: NOW - MS_PER_HOUR,
  endedAt: NOW - 5 * MS_PER_MINUTE,
  issues: ['The customer’s router answered late.'],
  link: { path: 'primary', category: 'BgpDisconnect', bgp },
  details: null,
  ...own,
})
const result = (data: AzureSiteTest[] | null): AzureReportResult<'tests'> => ({
  outcome: data ? 'ok' : 'throttled',
  error: null,
  data,
})

let listed: AzureSiteTest[] = []
let single: AzureSiteTest | null = null
const asked: AzureReportRequest['test'][] = []
const azure = {
  report: async ({ test: one }: AzureReportRequest) => {
    asked.push(one)
    return one ? result(single && [single]) : result(listed)
  },
} as unknown as Pick<AzureAccess, 'report'>
const watch = async () => {
  asked.length = 0
  await readAzureReports({ db, azure, clock, pause: async () => {} }, never)
  const { data } = allApiEndpoints.azureFailoverTests.response.parse(await getAzureFailoverTests(db, {}, NOW))
  return data
}

it('the details of a test of a link are read when it ended, and stay in the record', async () => {
  await createTestPollRecorder(db).inventory(NOW - MS_PER_HOUR, [createCircuitRow('london')])
  const running = { id: 'test-1', scope, location: '', status: 'Running', verdict: 'running' as const }
  const begun = { from: NOW - MS_PER_HOUR, to: null, circuits: [], connections: [], path: 'primary' as const }
  await saveFailoverTests(db.pool, scope, [{ ...running, ...begun }], NOW)

  // the details cannot be read yet: the result is unknown, and they are requested again
  listed = [test()]
  expect(await watch()).toMatchObject([{ kind: 'link', status: 'Completed', verdict: 'unknown', nonRedundant: null }])
  expect(asked.map((one) => one?.id ?? 'list')).toEqual(['list', 'test-1'])

  const lost = Array.from({ length: 60 }, (_, n) => `10.${n}.0.0/16`)
  single = test({ id: '', details: { isSuccessful: false, nonRedundant: lost, redundant: [] } })
  expect(await watch()).toMatchObject([
    {
      verdict: 'fail',
      link: {
        path: 'primary',
        category: 'BgpDisconnect',
        bgp: [{ family: 'IPv4', path: 'secondary', status: 'Connected' }],
      },
      issues: ['The customer’s router answered late.'],
      nonRedundant: { count: 60, prefixes: expect.objectContaining({ length: 50 }) },
    },
  ])

  // a later list, which has no details, keeps the result of the test that ended
  const other = test({ id: 'test-2', status: 'Running', startedAt: NOW - MS_PER_MINUTE, endedAt: null })
  await saveFailoverTests(db.pool, scope, [{ ...running, ...begun, id: 'test-2', from: NOW - MS_PER_MINUTE }], NOW)
  listed = [test(), other]
  const both = await watch()
  expect(both.map(({ verdict }) => verdict)).toEqual(['running', 'fail'])
  expect(both[1]?.nonRedundant?.count).toBe(60)
  expect(asked).toEqual([undefined])
})

it('a test that expired is not a pass, whatever its details state', async () => {
  const details = { isSuccessful: true, nonRedundant: [], redundant: [] }
  listed = [test({ id: 'test-2', status: 'Expired', startedAt: NOW - MS_PER_MINUTE, endedAt: NOW })]
  single = test({ id: '', details })
  const [expired] = await watch()
  expect(expired).toMatchObject({ status: 'Expired', verdict: 'expired', nonRedundant: { count: 0 } })
  expect((await readFailoverTests(db.pool)).find(({ id }) => id === 'test-2')?.verdict).toBe('expired')
})
