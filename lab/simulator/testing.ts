/** Shorthands with which the simulator's tests call the answer function. */
import { answer } from './answer.ts'
import type { AnswerOptions } from './asked.ts'
import type { HappeningInput } from './happening.ts'
import { parseScenario } from './scenario.ts'
import { estate } from './scenarios/estate.ts'
import { pair } from './scenarios/pair.ts'
import { tokenFor } from './wire/auth.ts'
import { createWorld, type ModelledWorld, type World } from './world.ts'

/** A Wednesday noon, which is zero of the tests' timelines. */
export const ORIGIN = Date.parse('2026-11-18T12:00:00Z')

export const PAIR =
  '/subscriptions/00000000-c0de-4000-8000-0000000000f1/resourceGroups/rg-pair/providers/Microsoft.Network'
export const HUB =
  '/subscriptions/00000000-c0de-4000-8000-000000000001/resourceGroups/rg-contoso-hub/providers/Microsoft.Network'
export const CIRCUITS =
  '/subscriptions/00000000-c0de-4000-8000-000000000001/resourceGroups/rg-contoso-circuits/providers/Microsoft.Network'

export function pairWorld(happenings: HappeningInput[] = [], changes: object = {}): ModelledWorld {
  return createWorld(parseScenario({ ...pair, happenings, ...changes }), ORIGIN)
}

/** Returns the built-in estate with these happenings instead of its own. */
export function estateWorld(happenings: HappeningInput[] = []): ModelledWorld {
  return createWorld(parseScenario({ ...estate, happenings }), ORIGIN)
}

export const AUTHORIZED = { authorization: `Bearer ${tokenFor(9_000_000_000)}` }

/** Returns status, headers and parsed body of an operation, answered in one step. */
export function ask(
  world: World,
  at: number,
  method: 'GET' | 'POST',
  path: string,
  options: AnswerOptions & { query?: string; body?: string } = {},
) {
  const { query = '', body, lro = 'inline' } = options
  const target = `${path}?api-version=2026-01-01${query}`
  const given = answer(
    world,
    at,
    { method, target, headers: AUTHORIZED, ...(body === undefined ? {} : { body }) },
    { lro },
  )
  return { ...given, text: given.body, json: parsed(given.body) }
}

/** JSON type that allows tests to access any field. */
export interface Loose {
  readonly [name: string]: LooseValue
}
export type LooseValue = string | number | boolean | null | undefined | Loose | readonly Loose[]

function parsed(text: string): Loose {
  try {
    return JSON.parse(text) as Loose
  } catch {
    return {}
  }
}

/** Returns the rows of an answer with `value`. */
export const rows = (answered: { json: Loose }): readonly Loose[] => (answered.json.value ?? []) as readonly Loose[]
