import type { ValueByAddressFamily } from '#lib/bgp/index.ts'
import {
  declaredCustomerSchema,
  type DetectedEvent,
  type DetectedIncident,
  type EpochMs,
  EMPTY_CUSTOMER_ASSIGNMENT_RULES,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { parseResourceState } from '#lib/detection/index.ts'
import type { ResourceState } from '#lib/detection/model/scope-state.ts'
import type { SimulatedEstate } from '#lib/detection/testing/world.ts'
import { DEFAULT_SETTINGS } from '../../detection/detection-store.ts'
import type { DetectionDeclarations } from '../../detection/types.ts'
import { InMemoryDetector } from '../detector.ts'
import { InMemoryRecorder } from '../recorder.ts'
import { type SimulatedTimelinePoll, generatePollsOfTimeline, type TestTimeline } from './timeline.ts'

/** Returns the short ID of a resource in the test world, which is its name. */
export const shortName = (resourceId: string) => resourceId.split('/').at(-1) ?? resourceId

export interface TestTimelineRunnerOptions {
  /** whether all state is stored and read back between polls, and detection fails if it modifies its inputs */
  restarting?: boolean
}

/** Feeds the polls of a test world to the recorder and the detector in memory. */
export class TestTimelineRunner {
  readonly #recorder = new InMemoryRecorder()
  readonly #detector: InMemoryDetector
  readonly #options: TestTimelineRunnerOptions
  #world: SimulatedEstate | null = null
  #declared = ''

  constructor(options: TestTimelineRunnerOptions = {}) {
    this.#options = options
    this.#detector = new InMemoryDetector(this.#recorder, {
      declared: async () => declaredIn(this.#world),
      settings: async () => DEFAULT_SETTINGS,
      trafficPast: async ({ scope }) =>
        this.#world?.traffic.baselines.get(scope) ?? { paths: {}, busiest: { in: null, out: null } },
      prefixMaxima: async () => [],
      routerEnds: async () => [],
      shortIdOf: shortName,
    })
  }

  async feed({ observation, world, localAddress }: SimulatedTimelinePoll): Promise<void> {
    this.#world = world
    const declared = JSON.stringify(declaredIn(world))
    if (this.#options.restarting || declared !== this.#declared) this.#detector.restart()
    this.#declared = declared
    const localAddresses: ValueByAddressFamily | null = localAddress === '' ? null : { ipv4: localAddress, ipv6: null }
    const scope = shortName(observation.target.resourceId)
    const noted = this.#recorder.record(observation, scope, localAddresses)
    await this.#detector.feed({ ...noted, observation: noted.evaluated, localAddresses, everyMs: MS_PER_MINUTE })
    if (this.#options.restarting) freeze([...this.#detector.store.scopes.values()].map(({ state }) => state))
  }

  /** Reports whether one of these scopes must be evaluated by now although no poll reports anything new. */
  isRecheckDue(scopes: readonly string[], now: EpochMs): Promise<boolean> {
    return this.#detector.store.isRecheckDue(scopes.map((scope) => ({ scope, at: now, brings: 'routes' as const })))
  }

  /** Returns detection's state of some scopes. */
  async scopeStates(scopes: readonly string[]): Promise<ResourceState[]> {
    return [...(await this.#detector.store.loadScopes(scopes)).values()].map(parseResourceState)
  }

  get events(): DetectedEvent[] {
    return this.#detector.events
  }

  event(key: string | null | undefined): DetectedEvent | undefined {
    return this.#detector.store.events.get(key ?? '')
  }

  get incidents(): DetectedIncident[] {
    return this.#detector.incidents
  }

  async play(timeline: TestTimeline): Promise<this> {
    for (const poll of generatePollsOfTimeline(timeline)) await this.feed(poll)
    return this
  }
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  Object.values(value).forEach(freeze)
}

/** Returns the test world's data that an operator would declare. */
function declaredIn(world: SimulatedEstate | null): DetectionDeclarations {
  const { sites = [], policies = [], watched = [], maintenance = [], customers = {} } = world ?? {}
  const owners = Object.entries(customers).map(([name, circuits]) => declaredCustomerSchema.parse({ name, circuits }))
  return {
    ...(owners.length > 0 && { customerRules: { ...EMPTY_CUSTOMER_ASSIGNMENT_RULES, customers: owners } }),
    sites: sites.map(({ routers, ...site }) => ({
      ...site,
      routers: Object.entries(routers).map(([name, addresses]) => ({ name, addresses })),
    })),
    policies,
    mappings: world?.mappings() ?? [],
    watched: watched.map((prefix) => ({ prefix, note: '' })),
    maintenance: maintenance.map(({ id, title, from, to, scopes, paths }) => ({
      id,
      title,
      scopes,
      paths,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    })),
  }
}

/** Runs a timeline through the whole detection. */
export const runTestTimeline = (
  timeline: TestTimeline,
  options: TestTimelineRunnerOptions = {},
): Promise<TestTimelineRunner> => new TestTimelineRunner(options).play(timeline)

const short = (at: number) => new Date(at).toISOString().slice(11, 19)

/** Formats an event as one line: `path_down ckt-lon AzurePrivatePeering/primary [10:00:10, 10:01:12] major`. */
export function formatDetectedEventAsLine(event: DetectedEvent): string {
  const { kind, scope, subject, started, ended, severity } = event
  const isPoint = ended?.earliest === started.earliest && ended.latest === started.latest
  const until = ended && !isPoint ? ` to [${short(ended.earliest)}, ${short(ended.latest)}]` : ''
  return `${kind} ${scope} ${subject} [${short(started.earliest)}, ${short(started.latest)}]${until} ${severity}`
}

/** Returns the events that are not part of another event. */
export function listEventsWithoutParent({ events }: Pick<TestTimelineRunner, 'events'>): DetectedEvent[] {
  return events.filter(({ partOf }) => !partOf)
}
