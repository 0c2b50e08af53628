import { expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { findAzureFailoverTests, isSameTestStart, type LoggedOperation } from './azure-tests.ts'

const GATEWAY = 'Microsoft.Network/virtualNetworkGateways'
const CIRCUIT = 'Microsoft.Network/expressRouteCircuits'
const logged = (at: number, operation: string, status = 'Succeeded', correlationId = `c${at}`): LoggedOperation => ({
  at,
  operation,
  status,
  correlationId,
  caller: 'ada@example.com',
})
const start = `${GATEWAY}/startSiteFailoverTest/action`
const stop = `${GATEWAY}/stopSiteFailoverTest/action`

it.each<[string, LoggedOperation[], unknown[]]>([
  ['none', [logged(1, `${GATEWAY}/write`)], []],
  ['one that was stopped', [logged(1, start), logged(9, stop)], [['site', 1, 9]]],
  ['one that goes on, or whose end is not in the log', [logged(1, start)], [['site', 1, null]]],
  [
    'each entry of one operation once',
    [logged(1, start, 'Started', 'c'), logged(2, start, 'Succeeded', 'c')],
    [['site', 1, null]],
  ],
  ['a start that failed', [logged(1, start, 'Started', 'c'), logged(2, start, 'Failed', 'c')], []],
  [
    'two, the newest first',
    [logged(20, start), logged(1, start), logged(9, stop)],
    [
      ['site', 20, null],
      ['site', 1, 9],
    ],
  ],
  [
    'a start in place of a stop',
    [logged(1, start), logged(5, start), logged(9, stop)],
    [
      ['site', 5, 9],
      ['site', 1, null],
    ],
  ],
  [
    'of a circuit’s links',
    [
      logged(1, `${CIRCUIT}/startCircuitLinkFailoverTest/action`),
      logged(4, `${CIRCUIT}/STOPCIRCUITLINKFAILOVERTEST/ACTION`),
    ],
    [['link', 1, 4]],
  ],
])('%s', (_, entries, expected) => {
  expect(findAzureFailoverTests(entries).map(({ kind, at, stoppedAt }) => [kind, at, stoppedAt])).toEqual(expected)
})

it('joins a logged and a reported start up to five minutes apart, in both directions', () => {
  expect([-5, 0, 5].map((minutes) => isSameTestStart(0, minutes * MS_PER_MINUTE))).toEqual([true, true, true])
  expect(isSameTestStart(0, 5 * MS_PER_MINUTE + 1)).toBe(false)
})
