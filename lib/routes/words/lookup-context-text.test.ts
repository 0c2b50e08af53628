import { expect, it } from 'vitest'
import type { LookupContext } from '../api/lookup-context.ts'
import { listLookupContextLines, createLookupTimeFormat, formatLookupContextSentence } from './lookup-context-text.ts'

const AT = '2030-03-04T10:00:00.000Z'

const around = (peerings: string[]): LookupContext => ({
  from: '2030-03-04T09:45:00.000Z',
  to: '2030-03-04T10:15:00.000Z',
  untilNow: false,
  verdict: 'something',
  resources: [],
  incidents: [],
  events: [],
  paths: (['primary', 'secondary'] as const).map((path) => ({
    circuitId: 'lon',
    circuitName: 'erc-london',
    inUse: true,
    path,
    states: [{ from: AT, to: '2030-03-04T10:15:00.000Z', is: 'down' }],
  })),
  sessions: [],
  traffic: [
    {
      circuitId: 'lon',
      circuitName: 'erc-london',
      peerings,
      points: [],
      mean: { in: 1e8, out: 8e6 },
      usual: null,
      verdict: 'less',
    },
  ],
  probes: null,
  covered: true,
  uncovered: [],
})

it('names the peering whose paths were down, if another peering shares the links and their bytes are counted', () => {
  const words = (peerings: string[]) => listLookupContextLines(around(peerings), createLookupTimeFormat(AT))
  expect(words(['AzurePrivatePeering'])).toEqual([
    'both paths down',
    'loss not measured',
    'less traffic than usual (108 Mb/s)',
  ])
  expect(words(['AzurePrivatePeering', 'MicrosoftPeering'])).toEqual([
    'both paths of private peering down',
    'loss not measured',
    'less traffic than usual of all peerings (108 Mb/s)',
  ])
})

it('names ongoing incidents of routes that are not in use after those on the path', () => {
  const incident = {
    kind: 'path_down',
    scopeName: 'erc-amsterdam',
    subject: 'AzurePrivatePeering/primary',
    startedBetween: [AT, AT],
    endedBetween: null,
    owner: 'unknown',
  }
  const standby = { incidents: [incident], paths: [] } as unknown as NonNullable<LookupContext['standby']>
  expect(formatLookupContextSentence({ ...around([]), standby }, createLookupTimeFormat(AT))).toMatch(
    /\. On a further route: Path down: erc-amsterdam, primary path, since 10:00:00 UTC, cause unknown\.$/,
  )
})

it('names the time of the newest measurement if it is at least 2 min before the end of the period', () => {
  const words = (at: string) => {
    const points = [
      { at, failedShare: 0, roundTripMs: 10.2 },
      { at: '2030-03-04T10:14:00.000Z', failedShare: null, roundTripMs: null },
    ]
    const probes = { tests: 1, failedShare: 0, roundTripMs: 10.2, points }
    return listLookupContextLines({ ...around([]), paths: [], traffic: [], probes }, createLookupTimeFormat(AT))
  }
  expect(words('2030-03-04T10:10:00.000Z')).toEqual(['0 % loss and RTT 10 ms until 10:10 UTC'])
  expect(words('2030-03-04T10:14:00.000Z')).toEqual(['0 % loss', 'RTT 10 ms'])
})

it('leaves out a measurement that ended before an ongoing incident began', () => {
  const words = (latest: string, endedBetween: [string, string] | null, at = '2030-03-04T10:02:00.000Z') => {
    const probes = { tests: 1, failedShare: 0, roundTripMs: 10, points: [{ at, failedShare: 0, roundTripMs: 10 }] }
    const incidents = [{ startedBetween: [AT, latest], endedBetween }] as unknown as LookupContext['incidents']
    return listLookupContextLines(
      { ...around([]), paths: [], traffic: [], probes, incidents },
      createLookupTimeFormat(AT),
    )
  }
  const later = '2030-03-04T10:05:00.000Z'
  expect(words(later, null)).toEqual(['loss and RTT not measured since 10:02 UTC'])
  expect(words(AT, null)).toEqual(['0 % loss and RTT 10 ms until 10:02 UTC'])
  expect(words(later, [later, later])).toEqual(['0 % loss and RTT 10 ms until 10:02 UTC'])
  expect(words(later, null, '2030-03-04T10:14:00.000Z')).toEqual(['0 % loss', 'RTT 10 ms'])
})
