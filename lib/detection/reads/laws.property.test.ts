import fc from 'fast-check'
import { expect, it } from 'vitest'
import { doesPrefixContainPrefix, overlapsPrefix, parsePrefix } from '#lib/bgp/index.ts'
import { NOTHING_DECLARED } from '#lib/poller/testing/nothing-declared.ts'
import { executeReadPlan, createDetectionReaders } from '#lib/poller/detection/execute-reads.ts'
import { DEFAULT_SETTINGS, InMemoryStore, InMemoryRecorder, TopologyCache } from '#lib/poller/index.ts'
import { shortName } from '#lib/poller/memory/testing/play.ts'
import {
  parseTimeOfSimulatedDay,
  type TestTimelineChange,
  type SimulatedTimelinePoll,
  generatePollsOfTimeline,
  type TestTimeline,
} from '#lib/poller/memory/testing/timeline.ts'
import { type GroupDetectionResult, runGroupDetection } from '../group/run-group-detection.ts'
import type { GroupEvaluationInput, GroupEvaluationReads } from '../group/group-input.ts'
import type { GroupState } from '../model/scope-state.ts'
import { defaultSettings } from '../model/settings.ts'
import { type SourceDetectionState, parseSourceDetectionState } from '../model/source-state.ts'
import { listTopologyResourceIds, type GroupTopology } from '../model/topology.ts'
import { applyPollToDetectionState, extractPollReadings } from '../source/index.ts'
import { SITE_A_PREFIXES, SITE_B_PREFIXES, createTwoCircuitEstate } from '../testing/estates.ts'
import {
  announceSimulatedPrefixes,
  endSimulatedNeighborSessions,
  startSimulatedNeighborSessions,
  withdrawSimulatedPrefixes,
} from '../testing/happenings.ts'
import type { SimulatedEstate } from '../testing/world.ts'
import type { GroupPollEvaluationInput } from './group-poll.ts'
import { planGroupReads } from './group-reads.ts'

const START = parseTimeOfSimulatedDay('9:50')
const timeOf = (at: number) => new Date(at).toISOString().slice(11, 23)
const NEIGHBORS = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']

/** Returns a group with declarations for everything that the rules about routes check. */
function declared(): SimulatedEstate {
  const world = createTwoCircuitEstate()
  world.sites.push({ name: 'DC-A', prefixes: SITE_A_PREFIXES, home: 'ckt-lon', routers: {} })
  world.watched.push('10.0.0.0/8')
  return world
}

const neighbors = fc.subarray(NEIGHBORS, { minLength: 1 })
/** Few prefixes, so that a prefix changes several times; one prefix is inside another. */
const prefixes = fc.subarray([SITE_A_PREFIXES[0] ?? '', '10.10.5.0/24', SITE_B_PREFIXES[0] ?? '', '0.0.0.0/0'], {
  minLength: 1,
})
const asPath = fc.constantFrom([65001], [65001, 65001, 65001], [65001, 3356, 65001], [65002, 65001], [65001, 64999])
const change = fc.oneof(
  fc.tuple(neighbors, prefixes, asPath).map(
    ([by, own, path]) =>
      (world: SimulatedEstate) =>
        announceSimulatedPrefixes(world, by, own, path),
  ),
  fc.tuple(neighbors, prefixes).map(
    ([by, own]) =>
      (world: SimulatedEstate) =>
        withdrawSimulatedPrefixes(world, by, own),
  ),
  fc.constantFrom(...NEIGHBORS).map((by) => (world: SimulatedEstate) => endSimulatedNeighborSessions(world, by)),
  fc
    .constantFrom(...NEIGHBORS)
    .map((by) => (world: SimulatedEstate, at: number) => startSimulatedNeighborSessions(world, by, at)),
)
const truth: fc.Arbitrary<TestTimelineChange[]> = fc.array(
  fc.tuple(fc.integer({ min: 2, max: 9 }), change).map(([minute, act]): TestTimelineChange => {
    const at = START + minute * 60_000
    return { at: timeOf(at), do: (world) => act(world, at) }
  }),
  { minLength: 4, maxLength: 8 },
)
const timeline = (happenings: TestTimelineChange[]): TestTimeline => ({
  world: declared,
  from: '9:50',
  to: '10:00',
  truth: happenings,
})

/** Detection together with a recorder, assembled as in the poller, for one group whose reads a test may replace. */
class Group {
  readonly #recorder = new InMemoryRecorder()
  readonly #store = new InMemoryStore(this.#recorder, {
    declared: async () => NOTHING_DECLARED,
    settings: async () => DEFAULT_SETTINGS,
    trafficPast: async () => ({ paths: {}, busiest: { in: null, out: null } }),
    prefixMaxima: async () => [],
    routerEnds: async () => [],
    shortIdOf: shortName,
  })
  readonly #sources = new Map<number, SourceDetectionState>()
  #state: GroupState = {}

  /** Evaluates one poll with the planned reads, and with all route data in the history. */
  async fold({
    observation,
    world,
    localAddress,
  }: SimulatedTimelinePoll): Promise<{ planned: GroupDetectionResult; everything: GroupDetectionResult } | null> {
    const scope = shortName(observation.target.resourceId)
    const noted = this.#recorder.record(observation, scope, null)
    if (noted.status !== 'recorded') return null
    const { mark, changes, silentSessions } = noted
    const readings = extractPollReadings(observation, () => localAddress, silentSessions)
    const source = applyPollToDetectionState(
      this.#sources.get(mark.sourceId) ?? parseSourceDetectionState(null),
      mark,
      changes,
      readings,
      defaultSettings,
    )
    this.#sources.set(mark.sourceId, source.state ?? parseSourceDetectionState(null))
    const topology = world.topology()
    const own = { mark, everyMs: 60_000, signals: source.signals, events: source.events }
    const poll: GroupPollEvaluationInput = {
      ...own,
      topology,
      scopes: listTopologyResourceIds(topology),
      state: this.#state,
      settings: defaultSettings,
      maySnapshot: true,
    }
    const readers = createDetectionReaders(this.#store, new TopologyCache(), mark.finishedAt)
    const { topology: read, reads } = await executeReadPlan(readers, (answers) => planGroupReads(poll, answers))
    const input: GroupEvaluationInput = { ...own, ...reads, probed: {}, scopeOfResource: shortName }
    const planned = runGroupDetection(this.#state, read, input)
    const everything = runGroupDetection(this.#state, read, { ...input, ...(await this.everything(input, topology)) })
    this.#state = planned.state
    return { planned, everything }
  }

  /**
   * Returns the reads with all route data. ASNs elsewhere are unchanged from the plan, because the rule does not query
   * an ASN that is already remembered.
   */
  private async everything(
    { routes, mark }: GroupEvaluationInput,
    { gateways, sites }: GroupTopology,
  ): Promise<Partial<GroupEvaluationReads>> {
    if (!routes) return {}
    const scopes = gateways.map(({ scope }) => scope)
    const current = await this.#store.routesWithin(scopes, ['0.0.0.0/0', '::/0'])
    const prefixes = [...new Set([...Object.keys(routes.entries), ...current.map(({ prefix }) => prefix)])]
    const { covered, ownSpace } = await this.#store.routesTo(scopes, prefixes)
    const byPrefix = Map.groupBy(current, ({ prefix }) => prefix)
    const entriesOf = (prefix: string) => byPrefix.get(prefix) ?? []
    const past = await this.#store.routePast({ gateways: scopes, prefixes, before: mark.startedAt })
    const holdersOf = (inner: string) =>
      [...byPrefix.keys()].filter((outer) => outer !== inner && outer !== '0.0.0.0/0' && holds(outer, inner))
    return {
      routes: {
        ...routes,
        entries: Object.fromEntries(prefixes.map((prefix) => [prefix, entriesOf(prefix)])),
        covered,
        ownSpace,
        // the first table has no earlier reports
        past: mark.previousOkAt === null ? {} : past,
        covering: Object.fromEntries(
          prefixes.flatMap((prefix) => {
            const [longest] = holdersOf(prefix).toSorted((a, b) => lengthOf(b) - lengthOf(a))
            return longest === undefined || mark.previousOkAt === null ? [] : [[prefix, entriesOf(longest)]]
          }),
        ),
      },
      siteRoutes: Object.fromEntries(
        sites.map(({ name, prefixes: own }) => [
          name,
          current.filter(({ prefix }) => own.some((one) => touches(one, prefix))),
        ]),
      ),
    }
  }
}

const read = (text: string) => {
  const prefix = parsePrefix(text)
  if (!prefix) throw new Error(`no prefix: ${text}`)
  return prefix
}
const lengthOf = (text: string) => read(text).length
const holds = (outer: string, inner: string) => doesPrefixContainPrefix(read(outer), read(inner))
const touches = (one: string, other: string) => overlapsPrefix(read(one), read(other))

it('folding what was planned is folding with everything that history knows', async () => {
  await fc.assert(
    fc.asyncProperty(truth, async (happenings) => {
      const group = new Group()
      for (const poll of generatePollsOfTimeline(timeline(happenings))) {
        const folded = await group.fold(poll)
        if (folded) expect(folded.everything).toEqual(folded.planned)
      }
    }),
    { numRuns: 5 },
  )
})
