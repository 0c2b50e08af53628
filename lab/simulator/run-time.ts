/** Duration of a diagnostic operation: a function of the request and the moment, so that it is reproducible. */
import { parseDuration } from './duration.ts'
import { hashTextToUnitFraction } from './hash.ts'
import { edgeKey } from './keys.ts'
import type { SimulatorProfile, OperationDurationRange } from './profile/profile.ts'
import { type MatchedArmOperation, findOperationOfRequestPath } from './wire/routes.ts'
import type { SimulatedWorld } from './world.ts'

const same = (a: string, b = ''): boolean => a.toLowerCase() === b.toLowerCase()

/** Reports whether a gateway lacks one of its instances. */
function instanceIsGone(world: SimulatedWorld, name: string | undefined, at: number): boolean {
  const gateway = world.scenario.gateways.find((g) => same(g.name, name))
  const domain = gateway && world.topology.domainOfGateway.get(gateway.name)
  if (!gateway || !domain) return false
  const state = world.state(domain, at)
  return gateway.instances.some(({ address }) => state.instanceAbsent(gateway.name, address))
}

/**
 * Reports whether the MSEE of a path has failed: all its sessions are down, with the customer and with every gateway.
 */
function mseeIsGone(
  world: SimulatedWorld,
  { name, peering, path }: MatchedArmOperation['params'],
  at: number,
): boolean {
  const circuit = world.scenario.circuits.find((c) => same(c.name, name))
  const type = circuit?.peerings.find((p) => same(p.type, peering))?.type
  const domain = circuit && world.topology.domainOfCircuit.get(circuit.name)
  if (!circuit || !type || !domain) return false
  const key = edgeKey(circuit.name, type, same('secondary', path) ? 'secondary' : 'primary')
  const keys = [key, ...domain.peers.filter((p) => p.source === key).map((p) => p.key)]
  return keys.length > 1 && keys.every((k) => !world.sessions.at(k, at).up)
}

function between({ least, most, tail }: OperationDurationRange, chance: number): number {
  return Math.round(least + (most - least) * chance ** tail)
}

/** Returns the duration of an operation that begins now, in virtual milliseconds. */
export function runTime(
  world: SimulatedWorld,
  profile: SimulatorProfile,
  { route, params }: MatchedArmOperation,
  target: string,
  at: number,
): number {
  const { operations } = profile
  const chance = hashTextToUnitFraction(`${profile.seed}${target}/${at}`)
  if (!operations) {
    const { min, max } = world.scenario.protocol.lro
    const least = parseDuration(min) ?? 0
    return between({ least, most: parseDuration(max) ?? least, tail: 1 }, chance)
  }
  const gone = route.family === 'gateway' ? instanceIsGone(world, params.name, at) : mseeIsGone(world, params, at)
  return between(gone ? operations.unreachable : operations[route.family], chance)
}

/**
 * Returns the duration of an operation, given only its request.
 * @param target path and query of the POST
 * @throws Error if it is not an operation
 */
export function computeRunTimeOfRequest(
  world: SimulatedWorld,
  profile: SimulatorProfile,
  target: string,
  at: number,
): number {
  const found = findOperationOfRequestPath('POST', new URL(target, 'http://127.0.0.1').pathname)
  if (!found) throw new Error(`${target} is no operation`)
  return runTime(world, profile, found, target, at)
}
