import { z } from 'zod'
import type { VirtualClock } from '../clock.ts'
import { formatIsoTimestamp } from '../duration.ts'
import { type HappeningInput, happeningSchema, API_FAULT_KINDS } from '../happening.ts'
import { findInvalidScenarioReferences } from '../references.ts'
import { type ScenarioGroundTruth, computeScenarioGroundTruth } from '../truth.ts'
import type { ManuallyStartedHappening, SimulatedWorld } from '../world.ts'
import { expandPrefixSets } from '../topology.ts'

/** A request that cannot be performed, with one line for each fault. */
export class ControlError extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'ControlError'
    this.faults = faults
  }
}

/** Requested happening. It begins immediately. It ends after `seconds`, or when a user restores the estate. */
const askedSchema = z.looseObject({
  op: z.string(),
  seconds: z.number().positive().max(31_536_000).optional(),
  at: z.never('it begins now').optional(),
  for: z.never('say "seconds"').optional(),
  until: z.never('say "seconds"').optional(),
})

export interface RunningSimulatorControl {
  readonly state: () => unknown
  /**
   * Starts a happening.
   * @throws ControlError
   */
  readonly happen: (asked: unknown) => { id: string; at: string; until: string | null }
  readonly restore: (id?: string) => { at: string; ended: string[] }
  readonly truth: (from?: number, to?: number) => ScenarioGroundTruth & { now: string; from: string; to: string }
}

interface Desk {
  readonly clock: VirtualClock
  readonly world: () => SimulatedWorld
  /** Replaces the manual happenings. The world before `since` is unchanged. */
  readonly replace: (controls: readonly ManuallyStartedHappening[], since: number) => void
}

/**
 * Creates the control desk of a running simulator, through which users start and end happenings. It stores only the
 * requests and their times.
 */
export function createControlDesk({ clock, world, replace }: Desk): RunningSimulatorControl {
  let count = 0
  const endOf = ({ happening }: ManuallyStartedHappening): number =>
    happening.until ? Date.parse(happening.until) : Number.POSITIVE_INFINITY
  const running = (at: number): ManuallyStartedHappening[] => world().controls.filter((c) => endOf(c) > at)

  return {
    state() {
      const { scenario, origin, timeline } = world()
      const now = clock.now()
      const active = computeScenarioGroundTruth(world(), now, now).happenings.map((h) => ({
        ...h,
        note: timeline.entries.find((t) => t.id === h.id)?.happening.note ?? null,
      }))
      return {
        scenario: scenario.name,
        now: formatIsoTimestamp(now),
        origin: formatIsoTimestamp(origin),
        speed: clock.speed,
        active,
        targets: happeningTargets(world()),
      }
    },

    happen(asked) {
      const outer = askedSchema.safeParse(asked)
      if (!outer.success)
        throw new ControlError(outer.error.issues.map((i) => `${i.path.join('.') || 'body'}: ${i.message}`))
      const { seconds, ...rest } = outer.data
      const at = clock.now()
      const until = seconds === undefined ? null : at + Math.round(seconds * 1000)
      const input = {
        ...rest,
        at: formatIsoTimestamp(at),
        ...(until === null ? {} : { until: formatIsoTimestamp(until) }),
      }
      const parsed = happeningSchema.safeParse(input as HappeningInput)
      if (!parsed.success)
        throw new ControlError(parsed.error.issues.map((i) => `${i.path.join('.') || 'body'}: ${i.message}`))
      const { scenario, controls } = world()
      const faults = findInvalidScenarioReferences({ ...scenario, happenings: [parsed.data] })
      if (faults.length > 0)
        throw new ControlError(faults.map((f) => f.replace(/^happenings\[0\](?:\.| \([\w-]+\): )?/, '')))
      count += 1
      const id = `control-${count}`
      replace([...controls, { id, happening: parsed.data }], at)
      return { id, at: formatIsoTimestamp(at), until: until === null ? null : formatIsoTimestamp(until) }
    },

    restore(id) {
      const at = clock.now()
      const ended = running(at).filter((c) => id === undefined || c.id === id)
      const names = new Set(ended.map((c) => c.id))
      if (names.size > 0)
        replace(
          world().controls.map((c) =>
            names.has(c.id) ? { id: c.id, happening: { ...c.happening, until: formatIsoTimestamp(at) } } : c,
          ),
          at,
        )
      return { at: formatIsoTimestamp(at), ended: [...names] }
    },

    truth(from = clock.now() - 3_600_000, to = clock.now()) {
      return {
        now: formatIsoTimestamp(clock.now()),
        from: formatIsoTimestamp(from),
        to: formatIsoTimestamp(to),
        ...computeScenarioGroundTruth(world(), from, to),
      }
    },
  }
}

/** Maximum number of items in each list, so that the page stays small in load scenarios. */
const SHOWN = 50

/** Returns the paths, sessions, sites, circuits, demands and faults that a happening may name. */
function happeningTargets({ scenario, topology }: SimulatedWorld) {
  return {
    paths: scenario.circuits.slice(0, SHOWN).flatMap((circuit) =>
      circuit.peerings.flatMap(({ type }) =>
        (['primary', 'secondary'] as const).map((path) => ({
          circuit: circuit.name,
          peering: type,
          path,
          peeringLocation: circuit.peeringLocation,
        })),
      ),
    ),
    sessions: topology.domains.slice(0, SHOWN).flatMap((d) =>
      d.peers
        .filter((p) => !p.neverConnects)
        .map((p) => ({
          gateway: p.gateway.name,
          instance: p.instance,
          neighbor: p.neighbor,
          asn: p.asn,
          role: p.role,
        })),
    ),
    sites: scenario.sites.slice(0, SHOWN).map((s) => ({
      site: s.name,
      prefixes: expandPrefixSets(s.prefixes)
        .slice(0, SHOWN)
        .map((p) => p.text),
      circuits: [...new Set(s.announces.flatMap((a) => a.circuit ?? []))],
    })),
    circuits: scenario.circuits.slice(0, SHOWN).map((c) => c.name),
    demands: scenario.demands.slice(0, SHOWN).map((d) => d.name),
    faults: API_FAULT_KINDS,
  }
}
