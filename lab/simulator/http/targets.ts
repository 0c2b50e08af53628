/** What a person at the control desk can choose from. */
import { FAULTS } from '../happening.ts'
import { expandPrefixes } from '../topology.ts'
import type { World } from '../world.ts'

/** Sites and prefixes are cut off at this many, so that the page stays small under load scenarios. */
const SHOWN = 50

/** Paths, sessions, sites, circuits, demands and faults that a happening may name. */
export function happeningTargets({ scenario, topology }: World) {
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
      prefixes: expandPrefixes(s.prefixes)
        .slice(0, SHOWN)
        .map((p) => p.text),
      circuits: [...new Set(s.announces.flatMap((a) => a.circuit ?? []))],
    })),
    circuits: scenario.circuits.slice(0, SHOWN).map((c) => c.name),
    demands: scenario.demands.slice(0, SHOWN).map((d) => d.name),
    faults: FAULTS,
  }
}
