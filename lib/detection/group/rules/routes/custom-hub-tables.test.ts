import { expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import type { DetectionContext } from '../../../model/context.ts'
import { createResourceState, type LiveEvent } from '../../../model/scope-state.ts'
import { quietEstate } from '../../../testing/quiet-estate.ts'
import { TEST_POLL_END_TIME } from '../../../testing/scene.ts'
import { endEventsOfRemovedTables } from './custom-hub-tables.ts'

const [HUB, TABLE, FURTHER] = ['vhub', 'rt-app', 'rt-other']

/** Returns an open outage that the given tables show, after the topology contains only the tables `left`. */
function endedWithout(live: Partial<LiveEvent>, left: readonly string[]): boolean {
  const context: DetectionContext = quietEstate(TEST_POLL_END_TIME)
  const started = { earliest: 0, latest: TEST_POLL_END_TIME }
  const event = {
    key: 'k',
    kind: 'no_path',
    scope: HUB,
    subject: 'dc-a',
    started,
    ended: null,
    flags: [],
    evidence: [],
  }
  context.scopes[HUB] = {
    ...createResourceState(),
    live: { k: { event: event as unknown as DetectedEvent, confirm: null, prefixes: ['10.1.0.0/16'], ...live } },
  }
  const custom = left.map((scope) => ({ scope, gateways: {}, table: { hub: HUB, name: scope } }))
  context.topology = { ...context.topology, hubs: [{ scope: HUB, gateways: {} }, ...custom] }
  endEventsOfRemovedTables(context)
  return context.scopes[HUB]?.live.k?.event.ended !== null
}

it.each<[string, Partial<LiveEvent>, string[], boolean]>([
  ['the only table that shows it is removed', { hub: HUB, table: TABLE }, [], true],
  ['its table is still used', { hub: HUB, table: TABLE }, [TABLE], false],
  ['the default table shows it, too', { hub: HUB, table: TABLE, furtherTables: { [HUB]: ['10.1.0.0/16'] } }, [], false],
  ['the default table showed it, too', { hub: HUB, table: TABLE, furtherTables: { [HUB]: [] } }, [], true],
  [
    'only a further table is removed',
    { hub: HUB, table: HUB, furtherTables: { [FURTHER]: ['10.1.0.0/16'] } },
    [],
    false,
  ],
  ['it is about the default table only', { table: HUB }, [], false],
  ['its hub belongs to another group', { hub: 'vhub-2', table: TABLE }, [], false],
])('an event ends with the tables that show it: %s', (_, live, left, isEnded) => {
  expect(endedWithout(live, left)).toBe(isEnded)
})
