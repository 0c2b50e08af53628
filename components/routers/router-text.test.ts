import { expect, it } from 'vitest'
import { formatStatusText } from '../ui/status.tsx'
import {
  formatOutageDetection,
  formatRouterChange,
  formatRouterProtocol,
  getAzureEndStatus,
  getSessionEndsDetail,
  getSessionEndsStatus,
} from './router-text.ts'

it.each([
  ['up', 'bmp', 'every outage'],
  ['down', 'bmp', 'every outage'],
  ['up', 'syslog', 'may be lost'],
  ['unknown', 'bmp', 'polls alone'],
  ['unknown', 'syslog', 'polls alone'],
] as const)('the detection floor of a session that is %s by %s is its own', (state, protocol, words) => {
  expect(formatOutageDetection({ state, protocol })).toContain(words)
})

it('each protocol has its name', () => {
  expect((['bmp', 'syslog', 'bgp'] as const).map(formatRouterProtocol)).toEqual(['BMP', 'syslog', 'BGP'])
})

it.each([
  ['agree', null],
  ['router_down', 'the router has been down for 4 min'],
] as const)('a verdict of %s has %j to add', (verdict, words) => {
  const azure = { state: 'up' as const, since: null, readAt: null, confirmedAt: null }
  expect(getSessionEndsDetail({ azure, verdict, words: words ?? 'both ends are up', differsFor: null })).toBe(words)
})

it.each([
  ['agree', 'up', 'UP AT BOTH ENDS'],
  ['agree', 'down', 'DOWN AT BOTH ENDS'],
  ['one_end', 'unknown', 'ONE END KNOWN'],
] as const)('a verdict of %s with Azure’s end %s reads %s', (verdict, state, word) => {
  const azure = { state, since: null, readAt: null, confirmedAt: null }
  expect(getSessionEndsStatus({ azure, verdict, words: '', differsFor: null }).word).toBe(word)
})

it.each([
  ['up', 'down', 'BACK'],
  ['up', undefined, 'CAME UP'],
  ['down', 'up', 'WENT DOWN'],
  ['down', undefined, 'WENT DOWN'],
] as const)('a change to %s after %s is %s', (state, before, word) => {
  expect(formatRouterChange(state, before)).toBe(word)
})

it("Azure's end shows its last known state if it is not polled", () => {
  const azure = { state: 'unknown' as const, since: null, readAt: null, confirmedAt: null }
  const ends = { azure, verdict: 'one_end' as const, words: '', differsFor: null }
  expect(formatStatusText(getAzureEndStatus(ends))).toBe('UNKNOWN')
  const lastKnown = { state: 'down' as const, at: '2026-11-30T09:59:02.000Z' }
  expect(formatStatusText(getAzureEndStatus({ ...ends, azure: { ...azure, lastKnown } }))).toBe(
    'DOWN, last known at 2026-11-30 09:59:02 UTC',
  )
})
