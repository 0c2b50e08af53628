import type { ApiPolledSource } from '#lib/setup/api/index.ts'

/** Returns a fresh source that is polled once a minute. */
export const createTestSourceResponse = (
  fields: Partial<ApiPolledSource> & Pick<ApiPolledSource, 'kind'>,
): ApiPolledSource => ({
  scope: 's',
  scopeName: 's',
  resourceId: '/s',
  subresource: '',
  peering: null,
  path: null,
  neighbor: null,
  state: 'fresh',
  lastOutcome: 'ok',
  lastPollAt: null,
  lastOkAt: null,
  error: null,
  configuredSeconds: 60,
  intervalSeconds: 60,
  observedSeconds: null,
  limitedBy: null,
  limitingBudget: null,
  relief: null,
  floorSeconds: null,
  burst: null,
  nextPollAt: null,
  budgets: [],
  budgetLeft: null,
  ...fields,
})
