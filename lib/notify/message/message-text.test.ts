import { describe, expect, it } from 'vitest'
import type { MessageContent, IncidentContent } from '../content.ts'
import { testOutageMessageContent } from '../testing/content.ts'
import { formatBounds, formatDelay } from './message-times.ts'
import { formatMessageTitle } from './message-text.ts'

const plain: IncidentContent = { ...testOutageMessageContent, card: null }

describe('bounds in words', () => {
  it.each([
    [['2030-02-04T10:00:10.000Z', '2030-02-04T10:01:12.000Z'], 'between 2030-02-04 10:00:10 and 10:01:12 UTC'],
    [
      ['2030-02-04T23:59:10.000Z', '2030-02-05T00:01:12.000Z'],
      'between 2030-02-04 23:59:10 and 2030-02-05 00:01:12 UTC',
    ],
    [['2030-02-04T10:00:10.100Z', '2030-02-04T10:00:10.900Z'], 'at 2030-02-04 10:00:10 UTC'],
    [['1970-01-01T00:00:00.000Z', '2030-02-04T10:00:10.000Z'], 'before 2030-02-04 10:00:10 UTC, when monitoring began'],
  ] as const)('%j', (bounds, words) => {
    expect(formatBounds(bounds)).toBe(words)
  })
})

it('the longest delays are rounded up', () => {
  expect(formatDelay({ detectedWithinSeconds: 61.2, notifiedWithinSeconds: 20 })).toBe(
    'detected at most 1 min 02 s after it began, notified at most 20 s later',
  )
})

describe('a title', () => {
  const where = 'Path down: ckt-lon, AzurePrivatePeering/primary'
  it.each<[MessageContent, string]>([
    [plain, `[MAJOR] ${where}`],
    [{ ...plain, reason: 'repeated', severity: 'critical' }, `[STILL CRITICAL] ${where}`],
    [{ ...plain, reason: 'acknowledged' }, `[ACKNOWLEDGED] ${where}`],
    [{ ...plain, reason: 'unverifiable' }, `[OPEN, UNVERIFIABLE] ${where}`],
    [{ ...plain, reason: 'flapping' }, `[FLAPPING, MAJOR] ${where}`],
    [{ ...plain, reason: 'closed' }, `[OVER] ${where}`],
    [
      { ...plain, kind: 'ecmp_reduced', subject: '10.0.0.1~10.0.0.2' },
      '[MAJOR] ECMP reduced: ckt-lon, 10.0.0.1 to 10.0.0.2',
    ],
    [
      { reason: 'digest', severity: 'major', entries: [plain, { ...plain, reason: 'closed' }], at: plain.at },
      '[DIGEST, MAJOR] 2 notices of 1 incident',
    ],
    [
      { reason: 'digest', severity: 'major', customer: 'Contoso', entries: [plain], at: plain.at },
      '[DIGEST, MAJOR] Contoso: 1 notice of 1 incident',
    ],
  ])('%#', (content, title) => {
    expect(formatMessageTitle(content)).toBe(title)
  })
})
