import { circuitPaths, isWhatIfChangeText, parseWhatIfChanges, parseWhatIfLosses } from '#lib/contract/index.ts'
import { InvalidRequestError } from '#lib/questions/index.ts'
import type { AnnouncedWindow } from '#lib/history/index.ts'
import type { MaintenanceOutlookWindow, ResourceTakenDown } from '../../api/index.ts'
import type { StoredDrill } from '../../store/index.ts'
import { createResourceFinder } from '../single-losses/possible-losses.ts'
import { listGatewayInstances } from '../what-if.ts'
import type { WhatIfData } from '../what-if/read-tables.ts'
import { type ResolvedWhatIf, resolveWhatIfLossesAndChanges } from '../what-if/resolve-terms.ts'

/**
 * A maintenance window, and the resources that are down in it, as terms for the parameters `lose` and `change` of a
 * what-if. `takes` null = it is unknown which resources are down.
 */
export interface MaintenanceWindowLosses {
  view: MaintenanceOutlookWindow
  takes: string[] | null
}

/**
 * Finds the resources for the terms of a what-if. A term describes a loss or a change of configuration.
 * @throws InvalidRequestError with the name of an unknown term
 */
export async function resolveResourcesTakenDown(world: WhatIfData, takes: readonly string[]): Promise<ResolvedWhatIf> {
  const of = (isChange: boolean) => takes.filter((text) => isWhatIfChangeText(text) === isChange).join(',')
  const [lose, change] = [parseWhatIfLosses(of(false)), parseWhatIfChanges(of(true))]
  if (!('terms' in lose)) throw new InvalidRequestError(`${JSON.stringify(lose.wrong)} is none`)
  if (!('terms' in change)) throw new InvalidRequestError(`${JSON.stringify(change.wrong)} is none`)
  const asked = { lose: lose.terms, change: change.terms }
  return resolveWhatIfLossesAndChanges(createResourceFinder(world), asked, world.facts, (gateway) =>
    listGatewayInstances(world, gateway),
  )
}

/**
 * Determines which resources are down in each maintenance window.
 * - In a drill, the resources in its announcement are down.
 * - If the provider states no impact, no resource is down.
 * - The resources are unknown if the window names no resource, if the provider states reduced redundancy without naming
 * one path, or if it is Azure's maintenance of gateways only, because Azure maintains one instance after the other.
 * - Otherwise, the named circuits are down (both paths, unless one path is named), and named gateways unless Azure
 * maintains them.
 * Source: learn.microsoft.com/azure/vpn-gateway/vpn-gateway-highlyavailable (planned maintenance of one instance at a
 * time).
 */
export async function determineLossesOfWindows(
  windows: readonly AnnouncedWindow[],
  drills: readonly StoredDrill[],
  world: WhatIfData,
): Promise<MaintenanceWindowLosses[]> {
  const judged: MaintenanceWindowLosses[] = []
  for (const window of windows) judged.push(await judgedWindow(window, drills, world))
  return judged
}

async function judgedWindow(
  window: AnnouncedWindow,
  drills: readonly StoredDrill[],
  world: WhatIfData,
): Promise<MaintenanceWindowLosses> {
  const { id, title, source, sourceName, from, to, scopes } = window
  const view = { id, title, source, sourceName, from, to, scopes, takes: [], assumed: null, unknown: null }
  const { takes, assumed, unknown } = termsOf(window, drills, world)
  if (unknown !== null) return { view: { ...view, unknown }, takes: null }
  try {
    const { lost, changed } = await resolveResourcesTakenDown(world, takes)
    return { view: { ...view, takes: listResourcesTakenDown({ lost, changed }), assumed }, takes }
  } catch (error) {
    if (!(error instanceof InvalidRequestError)) throw error
    return { view: { ...view, unknown: error.message.slice(0, 300) }, takes: null }
  }
}

/** Converts lost and changed resources to the form of the API. */
export const listResourcesTakenDown = ({
  lost,
  changed,
}: Pick<ResolvedWhatIf, 'lost' | 'changed'>): ResourceTakenDown[] => [
  ...lost.map(({ paths: _, ...one }) => one),
  ...changed.map(({ term, id, name, kind }) => ({ term, kind: 'circuit' as const, id, name: `${kind} of ${name}` })),
]

const RETIRED = 'its retirement is announced for this day, without an hour: it is taken as lost for the whole day (UTC)'

interface Taken {
  takes: string[]
  assumed: string | null
  unknown: string | null
}

function termsOf(window: AnnouncedWindow, drills: readonly StoredDrill[], { facts }: WhatIfData): Taken {
  const not = (unknown: string): Taken => ({ takes: [], assumed: null, unknown })
  const drill = window.source === 'declared' ? drills.find(({ id }) => window.sourceId === `drill-${id}`) : undefined
  if (drill) return { takes: [...listOf(drill.lose), ...listOf(drill.change)], assumed: null, unknown: null }
  if (window.impact === 'none') return { takes: [], assumed: 'the provider states no impact', unknown: null }
  if (window.effect === 'shown' && window.scopes.length === 0)
    return not('it names no circuit or gateway that is known')
  if (window.scopes.length === 0) return not('it names everything: nothing in particular is taken as lost')
  if (window.source === 'retirement') return { takes: [...window.scopes], assumed: RETIRED, unknown: null }
  const isAzures = window.source === 'service_health' || window.source === 'maintenance_configuration'
  const circuits = new Set(facts.topology.circuits.map(({ resource }) => resource.id))
  if (isAzures && !window.scopes.some((id) => circuits.has(id)))
    return not('Azure maintains gateways one instance after another: which one is away when is not announced')
  if (window.impact === 'reduced' && window.paths.length !== 1)
    return not('the provider states that it takes the redundancy, and not which path')
  const takes = window.scopes.flatMap((id) => {
    if (!circuits.has(id)) return isAzures ? [] : [id]
    if (window.paths.length !== 1) return [id]
    const own = facts.paths.filter(({ circuit, path }) => circuit === id && window.paths.includes(path))
    return own.length > 0 ? own.map(({ peering, path }) => `${id}/${peering}/${path}`) : [`${id}/${window.paths[0]}`]
  })
  const isWhole = window.paths.length !== 1 && window.scopes.some((id) => circuits.has(id))
  return {
    takes,
    assumed: isWhole && window.paths.length < circuitPaths.length ? 'it names no path: both are taken as lost' : null,
    unknown: null,
  }
}

const listOf = (list: string) =>
  list
    .split(',')
    .map((text) => text.trim())
    .filter((text) => text !== '')
