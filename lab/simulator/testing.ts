/** Shorthands with which the simulator's tests call the answer function. */
import { createAzureHttpResponse } from './answer.ts'
import type { SimulatorResponseOptions } from './asked.ts'
import type { HappeningInput } from './happening.ts'
import { parseSimulatorScenario } from './scenario.ts'
import { builtInEstateScenario } from './scenarios/estate.ts'
import { oneCircuitScenario } from './scenarios/pair.ts'
import { createSimulatedBearerToken } from './wire/auth.ts'
import { createWorld, type ModelledWorld, type SimulatedWorld } from './world.ts'

/** A Wednesday noon, which is zero of the tests' timelines. */
export const TEST_TIMELINE_ORIGIN = Date.parse('2026-11-18T12:00:00Z')

export const ONE_CIRCUIT_GROUP_ARM_ID =
  '/subscriptions/00000000-c0de-4000-8000-0000000000f1/resourceGroups/rg-pair/providers/Microsoft.Network'
export const HUB_GROUP_ARM_ID =
  '/subscriptions/00000000-c0de-4000-8000-000000000001/resourceGroups/rg-contoso-hub/providers/Microsoft.Network'
export const CIRCUITS_GROUP_ARM_ID =
  '/subscriptions/00000000-c0de-4000-8000-000000000001/resourceGroups/rg-contoso-circuits/providers/Microsoft.Network'

export function createOneCircuitWorld(happenings: HappeningInput[] = [], changes: object = {}): ModelledWorld {
  return createWorld(parseSimulatorScenario({ ...oneCircuitScenario, happenings, ...changes }), TEST_TIMELINE_ORIGIN)
}

/** Returns the built-in estate with these happenings instead of its own. */
export function createBuiltInEstateWorld(happenings: HappeningInput[] = []): ModelledWorld {
  return createWorld(parseSimulatorScenario({ ...builtInEstateScenario, happenings }), TEST_TIMELINE_ORIGIN)
}

export const AUTHORIZED_HEADERS = { authorization: `Bearer ${createSimulatedBearerToken(9_000_000_000)}` }

/** Returns status, headers and parsed body of an operation, answered in one step. */
export function requestSimulator(
  world: SimulatedWorld,
  at: number,
  method: 'GET' | 'POST',
  path: string,
  options: SimulatorResponseOptions & { query?: string; body?: string } = {},
) {
  const { query = '', body, lro = 'inline' } = options
  const target = `${path}?api-version=2026-01-01${query}`
  const given = createAzureHttpResponse(
    world,
    at,
    { method, target, headers: AUTHORIZED_HEADERS, ...(body === undefined ? {} : { body }) },
    { lro },
  )
  return { ...given, text: given.body, json: parsed(given.body) }
}

/** JSON type that allows tests to access any field. */
export interface UntypedJsonObject {
  readonly [name: string]: UntypedJsonValue
}
export type UntypedJsonValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | UntypedJsonObject
  | readonly UntypedJsonObject[]

function parsed(text: string): UntypedJsonObject {
  try {
    return JSON.parse(text) as UntypedJsonObject
  } catch {
    return {}
  }
}

/** Returns the rows of an answer with `value`. */
export const getResponseValueRows = (answered: { json: UntypedJsonObject }): readonly UntypedJsonObject[] =>
  (answered.json.value ?? []) as readonly UntypedJsonObject[]
