import type { EventKind } from '#lib/contract/index.ts'
import type { Timeline } from '../play.ts'
import type { World } from '../world.ts'

/** One event that must be recorded and stand for itself. Clock times of the virtual day; a bound may be off by a second. */
export interface Expected {
  kind: EventKind
  scope: string
  subject: string
  started: [string, string]
  ended?: [string, string]
  severity?: string
  /** end of the proving poll */
  detected?: string
  /** the best cause, with its confidence */
  cause?: [string, number]
  /** of the whole outage, in seconds */
  lasted?: [number, number]
}

/** A labelled timeline of the catalogue: what really happens, what the collector meets, and the truth beside it. */
export interface Scenario extends Timeline {
  id: string
  title: string
  expect: Expected[]
  /** incidents, by the kind of their root */
  incidents: EventKind[]
}

export const AZURE_PRIVATE = 'AzurePrivatePeering'
export const PRIMARY = `${AZURE_PRIVATE}/primary`
export const SECONDARY = `${AZURE_PRIVATE}/secondary`

/** The customer's session of one path ends, by whatever detected it. */
export function endsCe(world: World, circuit: string, path: 'primary' | 'secondary'): void {
  world.path(circuit, path).ce.up = false
}

export function startsCe(world: World, circuit: string, path: 'primary' | 'secondary', at: number): void {
  const { ce } = world.path(circuit, path)
  ce.up = true
  ce.upSince = at
}

/** A gateway's sessions with one neighbor end, on some or all instances. */
export function endsPeer(world: World, neighbor: string, instances?: readonly string[]): void {
  for (const [instance, session] of Object.entries(world.neighbor(neighbor).sessions)) {
    if (!instances || instances.includes(instance)) session.up = false
  }
}

export function startsPeer(world: World, neighbor: string, at: number, instances?: readonly string[]): void {
  for (const [instance, session] of Object.entries(world.neighbor(neighbor).sessions)) {
    if (instances && !instances.includes(instance)) continue
    session.up = true
    session.upSince = at
  }
}

export function withdraws(world: World, neighbors: readonly string[], prefixes: readonly string[]): void {
  for (const address of neighbors) for (const prefix of prefixes) world.neighbor(address).routes.delete(prefix)
}

export function announces(
  world: World,
  neighbors: readonly string[],
  prefixes: readonly string[],
  asPath: readonly number[],
): void {
  for (const address of neighbors) {
    for (const prefix of prefixes) world.neighbor(address).routes.set(prefix, [...asPath])
  }
}
