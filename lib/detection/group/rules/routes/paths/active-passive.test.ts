import { describe, expect, it } from 'vitest'
import type { PollRecord } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { defaultSettings } from '../../../../model/settings.ts'
import { type DetectionContext, listLiveEvents } from '../../../../model/context.ts'
import { EMPTY_TOPOLOGY } from '../../../../model/topology.ts'
import { detectPolicyUsageDeviation } from './active-passive.ts'
import type { ComparedTableSides } from '../compared-sides.ts'
import { applyTableComparison, countDifferenceSample } from '../parity-memory.ts'
import type { TableParityMemory } from '../../../../model/route-memory.ts'

const NOW = Date.UTC(2030, 2, 4, 10)
const mark = (startedAt: number): PollRecord => ({
  sourceId: 1,
  scope: 'ckt-lon',
  subresource: 'AzurePrivatePeering/secondary',
  kind: 'tables',
  startedAt,
  finishedAt: startedAt + 2_000,
  outcome: 'ok',
  previousOkAt: startedAt - 60_000,
  previousAttemptAt: startedAt - 60_000,
  silentInstances: [],
})
const sides: ComparedTableSides = {
  scope: 'ckt-lon',
  name: 'AzurePrivatePeering',
  subject: 'AzurePrivatePeering',
  a: [{ scope: 'ckt-lon', subresource: 'AzurePrivatePeering/primary' }],
  b: [{ scope: 'ckt-lon', subresource: 'AzurePrivatePeering/secondary' }],
  within: [],
  policy: null,
}
const alike = { shared: 4, unequal: 0, onlyA: 0, onlyB: 0, differences: [] }
const longer = {
  ...alike,
  unequal: 1,
  differences: [{ prefix: '10.10.0.0/16', a: { asPath: [65001] }, b: { asPath: [65001, 65001] } }],
}

/**
 * Returns the state of two sides that had equal path lengths from `days` ago until now, and then a longer path on one
 * side for three samples.
 */
function turned(days: number): TableParityMemory {
  const seen = (at: number, isAlike: boolean) => ({
    since: { earliest: at - 60_000, latest: at + 2_000 },
    source: 'secondary',
    isAlike,
    isClose: isAlike,
    mark: mark(at),
  })
  const never = () => false
  const before = applyTableComparison(undefined, alike, never, seen(NOW - days * MS_PER_DAY, true))
  const after = applyTableComparison(before, longer, never, seen(NOW, false))
  return [0, 1, 2].reduce((memory, n) => countDifferenceSample(memory, 'secondary', NOW + n * 60_000, 3), after)
}

function raised(memory: TableParityMemory): string[] {
  const at = mark(NOW + 120_000)
  const context: DetectionContext = {
    topology: EMPTY_TOPOLOGY,
    scopes: {},
    mark: at,
    everyMs: 60_000,
    settings: defaultSettings,
  }
  detectPolicyUsageDeviation(context, sides, memory)
  return listLiveEvents(context).map(({ event }) => event.kind)
}

describe('paths that nobody declared to be alike', () => {
  it('are taken to be meant so after a week', () => expect(raised(turned(7))).toEqual(['unintended_active_passive']))
  it('are not before', () => expect(raised(turned(6.9))).toEqual([]))
  it('count again from the begin when they were unlike in between', () => {
    const never = () => false
    const seen = {
      since: { earliest: NOW, latest: NOW },
      source: 'secondary',
      isAlike: true,
      isClose: true,
      mark: mark(NOW),
    }
    expect(applyTableComparison(turned(30), alike, never, seen).alike).toEqual({ since: NOW, until: null })
  })
})

it('a sample of the other table, or the same one again, counts nothing', () => {
  const memory = turned(7)
  const fresh = { ...memory, differing: { x: { ...memory.differing['10.10.0.0/16'], samples: 1, lastAt: NOW } } }
  const known = fresh as TableParityMemory
  expect(countDifferenceSample(known, 'primary', NOW + 60_000, 3).differing.x?.samples).toBe(1)
  expect(countDifferenceSample(known, 'secondary', NOW, 3).differing.x?.samples).toBe(1)
  expect(countDifferenceSample(known, 'secondary', NOW + 60_000, 3).differing.x?.samples).toBe(2)
})
