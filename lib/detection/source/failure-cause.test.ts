import { describe, expect, it } from 'vitest'
import type { BudgetName, PollOutcome, PollError } from '#lib/contract/index.ts'
import { createCollectorCause } from './failure-cause.ts'

const errorOf = (code: string, httpStatus: number | null): PollError => ({
  code,
  detail: '',
  httpStatus,
  retryAfterSeconds: null,
  missingAction: null,
})

const throttledBy = (budget: BudgetName): PollError => ({ ...errorOf('TooManyRequests', 429), budget })

describe('who is to blame for a poll that fails', () => {
  it.each<[string, PollOutcome, PollError | null, string]>([
    ['nobody yet, for a refused connection', 'unavailable', errorOf('ECONNREFUSED', null), 'unknown'],
    ['nobody yet, for a name that is not resolved', 'unavailable', errorOf('ENOTFOUND', null), 'unknown'],
    ['nobody yet, for a connection that breaks off', 'unavailable', errorOf('ECONNRESET', null), 'unknown'],
    ['nobody yet, for a request that goes unanswered', 'timeout', errorOf('REQUEST_TIMEOUT', null), 'unknown'],
    ['nobody yet, where it is not known how it failed', 'unavailable', null, 'unknown'],
    ['nobody yet, for an error page without an error of Azure', 'unavailable', errorOf('HTTP_502', 502), 'unknown'],
    ['nobody yet, for a conflict with another request', 'unavailable', errorOf('Conflict', 409), 'unknown'],
    ['nobody yet, for an answer that can not be read', 'malformed', errorOf('MALFORMED_FIELD', 200), 'unknown'],
    ['nobody yet, for rows that lack', 'incomplete', null, 'unknown'],
    ['nobody yet, for a resource that is busy', 'locked', errorOf('AnotherOperationInProgress', 409), 'unknown'],
    ['nobody yet, for a budget that is not named', 'throttled', errorOf('TooManyRequests', 429), 'unknown'],
    ['nobody yet, for a budget that all share', 'throttled', throttledBy('network.writes'), 'unknown'],
    ['whoever set the intervals of the identity', 'throttled', throttledBy('arm.reads'), 'own_change'],
    ['Microsoft, whose endpoint answers that it fails', 'unavailable', errorOf('ServerError', 503), 'microsoft'],
    ['whoever gave the rights', 'forbidden', errorOf('AuthorizationFailed', 403), 'own_change'],
    ['whoever set up the identity', 'unauthorized', errorOf('AADSTS700016', null), 'own_change'],
    ['whoever removed what is polled', 'not_found', errorOf('ResourceNotFound', 404), 'own_change'],
  ])('is %s', (_, outcome, error, owner) => {
    expect(createCollectorCause(outcome, error)).toMatchObject({ class: `collector_${outcome}`, owner })
  })

  it('is asked for at the connection first', () => {
    expect(createCollectorCause('unavailable', errorOf('ECONNREFUSED', null)).nextStep).toContain(
      'proxy, DNS, firewall',
    )
  })
})
