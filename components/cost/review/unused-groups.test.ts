import { expect, it } from 'vitest'
import type { UnusedFinding } from '#lib/cost/api/index.ts'
import { groupUnusedFindings } from './unused-groups.ts'

const usd = (amount: string) => ({ amount, currency: 'USD' })
const finding = (kind: UnusedFinding['kind'], more: Partial<UnusedFinding> = {}): UnusedFinding => ({
  kind,
  resourceId: `/${kind}`,
  name: kind,
  perMonth: usd('5700.00'),
  saving: null,
  reason: 'The reason.',
  remedy: 'The remedy.',
  ...more,
})

it('separates lightly used circuits from unused resources, and leaves their advice to their rows in the review', () => {
  const groups = groupUnusedFindings([
    finding('bandwidth_not_needed', { saving: usd('4915.00') }),
    finding('gateway_alone', { saving: usd('100.00') }),
    finding('premium_not_needed', { saving: usd('750.00') }),
  ])
  expect(
    groups.map(({ title, findings }) => [title, ...findings.map(({ cost, words }) => `${cost}: ${words}`)]),
  ).toEqual([
    ['Unused resources', '$5,700 a month, of which $100 could be saved: The reason. The remedy.'],
    ['Lightly used circuits', '$5,700 a month: The reason.'],
    ['Unused Premium', '$5,700 a month: The reason.'],
  ])
  expect(groupUnusedFindings([])).toEqual([])
})

it('does not repeat reasons that the sheet already contains, and still names each circuit', () => {
  const findings = [
    finding('gateway_alone'),
    finding('bandwidth_not_needed'),
    finding('premium_not_needed', { reason: 'R.' }),
  ]
  expect(
    groupUnusedFindings(findings, ['The reason.']).flatMap(({ findings: own }) => own.map(({ words }) => words)),
  ).toEqual(['The remedy.', 'See the caveats of its row.', 'R.'])
})
