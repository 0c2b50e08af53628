import { expect, it } from 'vitest'
import type { ShiftHandover } from '#lib/incidents/api/index.ts'
import { testMinuteIso, testIncident } from '../incidents/testing.ts'
import { buildHandoverText } from './handover-text.ts'

const closed = testIncident()
const open = testIncident({
  id: 'i2',
  state: 'open',
  endedBetween: null,
  closedAt: null,
  acknowledged: { at: testMinuteIso(5), by: 'local', note: 'rang them' },
  unverifiedSince: testMinuteIso(25),
})

const shift: ShiftHandover = {
  since: testMinuteIso(0),
  until: testMinuteIso(30),
  opened: [closed, open],
  closed: [closed],
  stillOpen: [open],
  acknowledged: [open],
  gaps: [
    {
      scope: 'c1',
      scopeName: 'ckt-lon',
      kind: 'arp',
      from: testMinuteIso(3),
      to: testMinuteIso(8),
      outcome: 'timeout',
    },
  ],
}

it('a shift reads as text', () => {
  expect(buildHandoverText(shift, 'UTC', 'http://127.0.0.1/handover')).toMatchInlineSnapshot(`
    "Handover 2026-11-20 03:00:00 - 2026-11-20 03:30:00 UTC

    Still open: 1
    - Path down: ckt-lon (private peering, primary), major, at least 23 min 00 s, at most 29 min 00 s, probably the provider, acknowledged by local, last known at 03:25 UTC. No redundancy on ckt-lon meanwhile.

    Opened: 2
    - Path down: ckt-lon (private peering, primary), major, at least 6 min 00 s, at most 8 min 00 s, probably the provider, closed
    - Path down: ckt-lon (private peering, primary), major, at least 23 min 00 s, at most 29 min 00 s, probably the provider, open

    Closed: 1
    - Path down: ckt-lon (private peering, primary), major, at least 6 min 00 s, at most 8 min 00 s, probably the provider

    Acknowledged: 1
    - Path down: ckt-lon (private peering, primary): local at 2026-11-20 03:05:00 UTC, "rang them"

    Polling gaps: 1
    - ARP of ckt-lon, 5 min 00 s from 2026-11-20 03:03:00 UTC: Azure did not answer in time

    http://127.0.0.1/handover
    "
  `)
})

it('a quiet one says so', () => {
  const quiet = { ...shift, opened: [], closed: [], stillOpen: [], acknowledged: [], gaps: [] }
  const text = buildHandoverText(quiet, 'UTC', 'x')
  expect(text).toContain('Still open: none')
  expect(text).toContain('Polling gaps: none')
})

it('of many intervals the longest are named, and the others counted', () => {
  const [interval] = shift.gaps
  if (!interval) throw new Error('nothing went unseen')
  const later = (n: number) => ({ ...interval, from: testMinuteIso(10 * n), to: testMinuteIso(10 * n + 5) })
  const many = { ...shift, gaps: Array.from({ length: 40 }, (_, n) => later(n)) }
  const lines = buildHandoverText(many, 'UTC', 'x').split('\n')
  expect(lines.filter((line) => line.startsWith('- ARP of'))).toHaveLength(12)
  expect(lines).toContain('- and 28 shorter ones')
  expect(buildHandoverText({ ...many, gapsOmitted: 1_200 }, 'UTC', 'x').split('\n')).toContain(
    '- and 1,200 shorter gaps of single polls',
  )
})
