/** Loads scenarios by name or from a file, and validates them before use. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { z } from 'zod'
import { refusedByAzure } from './acceptance.ts'
import { findInvalidScenarioReferences } from './references.ts'
import { type SimulatorScenario, type ScenarioInput, scenarioSchema } from './schema.ts'
import { createBuiltInEstate } from './scenarios/estate.ts'
import type { LiveRun } from './scenarios/estate-live.ts'
import { createEstateWithManyGateways } from './scenarios/many.ts'
import { oneCircuitScenario } from './scenarios/pair.ts'

/** A scenario that cannot be used, with one line for each fault. */
export class ScenarioError extends Error {
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.name = 'ScenarioError'
    this.faults = faults
  }
}

const place = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text && '.'}${String(key)}`),
    '',
  )

function issueLines(issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.map((issue) => `${place(issue.path) || 'scenario'}: ${issue.message}`)
}

/**
 * Validates a scenario.
 * @throws ScenarioError with every fault
 */
export function parseSimulatorScenario(input: unknown): SimulatorScenario {
  const parsed = scenarioSchema.safeParse(input)
  if (!parsed.success) throw new ScenarioError(issueLines(parsed.error.issues))
  const faults = findInvalidScenarioReferences(parsed.data)
  if (faults.length > 0) throw new ScenarioError(faults)
  return parsed.data
}

/**
 * Returns the scenario if Azure would accept it.
 * @throws ScenarioError with every reason for which Azure would refuse it
 */
export function requireAccepted(scenario: SimulatorScenario): SimulatorScenario {
  const faults = refusedByAzure(scenario)
  if (faults.length > 0) throw new ScenarioError(faults)
  return scenario
}

const BUILT_IN: Readonly<Record<string, (runs: readonly LiveRun[]) => ScenarioInput>> = {
  estate: createBuiltInEstate,
  pair: () => oneCircuitScenario,
}

/**
 * Loads a built-in scenario (`estate`, `pair`, `many:1000`) or a JSON file.
 * @param runs times in which the product has run, for a scenario with happenings after each start
 * @throws ScenarioError if it does not exist, is invalid, or Azure would refuse it
 */
export async function loadSimulatorScenario(
  nameOrFile: string,
  runs: readonly LiveRun[] = [],
): Promise<SimulatorScenario> {
  const built = BUILT_IN[nameOrFile]
  if (built) return requireAccepted(parseSimulatorScenario(built(runs)))
  const count = /^many:(\d{1,5})$/.exec(nameOrFile)?.[1]
  if (count && Number(count) > 0)
    return requireAccepted(parseSimulatorScenario(createEstateWithManyGateways(Number(count))))
  let text: string
  try {
    text = await readFile(resolve(nameOrFile), 'utf8')
  } catch {
    const names = [...Object.keys(BUILT_IN), 'many:N'].join(', ')
    throw new ScenarioError([`scenario "${nameOrFile}": neither built in (${names}) nor a readable file`])
  }
  let input: unknown
  try {
    input = JSON.parse(text)
  } catch (error) {
    throw new ScenarioError([
      `scenario "${nameOrFile}": not JSON: ${error instanceof Error ? error.message : 'unreadable'}`,
    ])
  }
  return requireAccepted(parseSimulatorScenario(input))
}

/**
 * Returns a scenario in which a POST is answered directly with its result, as if the operation had ended before the
 * client's first request for its status.
 */
export function answeringAtOnce(scenario: SimulatorScenario): SimulatorScenario {
  const { protocol } = scenario
  return { ...scenario, protocol: { ...protocol, lro: { ...protocol.lro, gateway: 'inline', circuit: 'inline' } } }
}
