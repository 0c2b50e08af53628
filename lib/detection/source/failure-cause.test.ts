import { describe, expect, it } from 'vitest'
import type { Outcome, PollError } from '#lib/contract/index.ts'
import { collectorCause } from './failure-cause.ts'

const errorOf = (code: string, httpStatus: number | null): PollError => ({
  code,
  detail: '',
  httpStatus,
  retryAfterSeconds: null,
  missingAction: null,
})

describe('who is to blame for a poll that fails', () => {
  it.each<[string, Outcome, PollError | null, string]>([
    ['nobody yet, for a refused connection', 'unavailable', errorOf('ECONNREFUSED', null), 'unknown'],
    ['nobody yet, for a name that is not resolved', 'unavailable', errorOf('ENOTFOUND', null), 'unknown'],
    ['nobody yet, for a connection that breaks off', 'unavailable', errorOf('ECONNRESET', null), 'unknown'],
    ['nobody yet, for a request that goes unanswered', 'timeout', errorOf('REQUEST_TIMEOUT', null), 'unknown'],
    ['nobody yet, where it is not known how it failed', 'unavailable', null, 'unknown'],
    ['Microsoft, whose endpoint answers that it fails', 'unavailable', errorOf('ServerError', 503), 'microsoft'],
    ['Microsoft, whose gateway answers too late', 'timeout', errorOf('GatewayTimeout', 504), 'microsoft'],
    ['whoever gave the rights', 'forbidden', errorOf('AuthorizationFailed', 403), 'own_change'],
  ])('is %s', (_, outcome, error, owner) => {
    expect(collectorCause(outcome, error)).toMatchObject({ class: `collector_${outcome}`, owner })
  })

  it('is asked for at the connection first', () => {
    expect(collectorCause('unavailable', errorOf('ECONNREFUSED', null)).nextStep).toContain('proxy, DNS, firewall')
  })
})
