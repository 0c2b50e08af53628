import { describe, expect, it } from 'vitest'
import type { ActiveProblem } from '#lib/overview/api/index.ts'
import { formatLastKnownStates } from './last-known-text.ts'

const NOW = Date.parse('2026-11-30T10:00:24Z')
const problem = (type: ActiveProblem['type'], id: string, more: Partial<ActiveProblem> = {}): ActiveProblem => ({
  id,
  type,
  name: id,
  state: 'unknown',
  called: 'unknown',
  kind: null,
  severity: 'unknown',
  reason: '',
  href: '/',
  since: null,
  unconfirmedSince: null,
  incidentId: null,
  ...more,
})
const known = (at: string) => ({ lastKnown: { called: 'both paths up', at } })
const collector = problem('source', 'collector', { reason: '9 of 30 polls are late: peers, summary.' })
const [early, later] = ['2026-11-30T09:51:06.000Z', '2026-11-30T09:59:06.000Z']

describe('the text about states without recent polls', () => {
  it('names the late polls, the number of resources, and the times', () => {
    const problems = [collector, problem('circuit', 'a', known(later)), problem('circuit', 'b', known(early))]
    expect(formatLastKnownStates([...problems, problem('gateway', 'g', known(later))], NOW)).toBe(
      '9 of 30 polls are late: peers, summary. 2 circuits and 1 gateway: state last known at 09:51 UTC to 09:59 UTC.',
    )
    expect(formatLastKnownStates([problem('gateway', 'g', known(early))], NOW + 86_400_000)).toBe(
      '1 gateway: state last known at 2026-11-30 09:51 UTC.',
    )
  })

  it('names the worker if all polls stopped', () => {
    const reason = 'No poll has succeeded since 2026-11-30 09:59:06 UTC; the network may be fine.'
    const stopped = problem('source', 'collector', { state: 'stopped', reason })
    expect(formatLastKnownStates([stopped, problem('circuit', 'a', known(later))], NOW)).toBe(
      `${reason} Restart the worker (service peerwatch-worker, container worker or npm start), and read its log. 1 circuit: state last known at 09:59 UTC.`,
    )
  })

  it('is absent while no state is last known, also if some polls are late', () => {
    expect(formatLastKnownStates([collector, problem('circuit', 'a')], NOW)).toBeNull()
    expect(formatLastKnownStates([], NOW)).toBeNull()
  })
})
