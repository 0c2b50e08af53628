/**
 * Known differences between detection and the corpus, polled every 10, 30, 60 and 300 s. A deviation that is not listed
 * here fails the test. `npm run bench detection` prints the gaps that no longer occur.
 */
import type { ScenarioDeviationKind } from './deviations.ts'
import type { DetectableEventKind } from './scenario.ts'

export interface KnownScenarioDeviation {
  scenario: string
  says: ScenarioDeviationKind
  /** undefined = the difference is about the whole scenario */
  kind?: DetectableEventKind
  /** polling intervals in seconds with this gap; undefined = all of them */
  at?: readonly number[]
  why: string
}

/**
 * Differences in scenario S950 at long intervals. It cuts two circuits within 300 s, so that the first polls after the
 * cuts show both losses together, and do not show that the traffic first moved to the second circuit.
 */
const S950_GAPS = (
  [
    ['missed', 'failover'],
    ['missed', 'failback'],
    ['missed', 'failback_pending'],
    ['false alarm', 'failover'],
    ['false alarm', 'failback'],
    ['other cause', 'circuit_down'],
    ['other owner', 'circuit_down'],
    ['pages'],
  ] as const
).map(
  ([says, kind]): KnownScenarioDeviation => ({
    scenario: 'S950',
    says,
    ...(kind && { kind }),
    at: [300],
    why: 'both circuits are lost within one interval, so that polls show one loss of the edge',
  }),
)

export const knownScenarioDeviations: readonly KnownScenarioDeviation[] = [
  {
    scenario: 'S985',
    says: 'wide',
    kind: 'failback',
    why: 'routes are back before the connection is listed again, and until then no circuit is known for their neighbor',
  },
  {
    scenario: 'S985',
    says: 'false alarm',
    kind: 'best_path_shift',
    at: [10, 30],
    why: 'routes are back before the connection is listed again, and until then no circuit is known for their neighbor',
  },
  ...S950_GAPS,
  {
    scenario: 'S942',
    says: 'pages',
    at: [300],
    why: 'both faults of the circuit begin within 180 s and one interval, so that they are one incident',
  },
  {
    scenario: 'S908',
    says: 'wide',
    kind: 'gateway_isolated',
    why: 'the values of a metric are of whole intervals, and a session falls up to a minute before the first low one',
  },
  {
    scenario: 'S781',
    says: 'missed',
    kind: 'best_path_shift',
    at: [10, 30],
    why: 'the session is missed before the routes, or behind them, by the second in which it is polled',
  },
  {
    scenario: 'S781',
    says: 'false alarm',
    kind: 'failover',
    at: [10, 30],
    why: 'the session is missed before the routes, or behind them, by the second in which it is polled',
  },
]

/** Returns the known gaps at a polling interval. */
export const findKnownGaps = (seconds: number): readonly KnownScenarioDeviation[] =>
  knownScenarioDeviations.filter(({ at }) => at === undefined || at.includes(seconds))
