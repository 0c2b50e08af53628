import type { SimulatedEstate } from './world.ts'

/** Changes of a simulated estate that is set by hand. */

/** Ends the customer's session of one path, whatever detected the loss. */
export function endSimulatedCustomerSession(
  world: SimulatedEstate,
  circuit: string,
  path: 'primary' | 'secondary',
): void {
  world.path(circuit, path).ce.up = false
}

export function startSimulatedCustomerSession(
  world: SimulatedEstate,
  circuit: string,
  path: 'primary' | 'secondary',
  at: number,
): void {
  const { ce } = world.path(circuit, path)
  ce.up = true
  ce.upSince = at
}

/** Ends a gateway's sessions with one neighbor, on some or all instances. */
export function endSimulatedNeighborSessions(
  world: SimulatedEstate,
  neighbor: string,
  instances?: readonly string[],
): void {
  for (const [instance, session] of Object.entries(world.neighbor(neighbor).sessions)) {
    if (!instances || instances.includes(instance)) session.up = false
  }
}

export function startSimulatedNeighborSessions(
  world: SimulatedEstate,
  neighbor: string,
  at: number,
  instances?: readonly string[],
): void {
  for (const [instance, session] of Object.entries(world.neighbor(neighbor).sessions)) {
    if (instances && !instances.includes(instance)) continue
    session.up = true
    session.upSince = at
  }
}

export function withdrawSimulatedPrefixes(
  world: SimulatedEstate,
  neighbors: readonly string[],
  prefixes: readonly string[],
): void {
  for (const address of neighbors) for (const prefix of prefixes) world.neighbor(address).routes.delete(prefix)
}

export function announceSimulatedPrefixes(
  world: SimulatedEstate,
  neighbors: readonly string[],
  prefixes: readonly string[],
  asPath: readonly number[],
): void {
  for (const address of neighbors) {
    for (const prefix of prefixes) world.neighbor(address).routes.set(prefix, [...asPath])
  }
}
