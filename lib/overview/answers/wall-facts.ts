import type { StoredProblem } from '../api/index.ts'
import type { StoredCircuit } from '#lib/circuits/api/index.ts'
import type { DeclarationsResponse, DeclaredWindow, EpochMs } from '#lib/contract/index.ts'
import type { EventResponse, IncidentResponse } from '#lib/incidents/answers/index.ts'
import type { StoredGateway } from '#lib/gateways/api/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'

/**
 * The views of the wall display (groups such as a customer or a site) in which each resource is shown. A resource
 * without a view is in the view `rest`.
 */
export interface WallViewsOfResources {
  of: ReadonlyMap<string, readonly string[]>
  rest: string
}

/** Evaluated data for the wall display, which chooses only words and order. */
export interface WallInput {
  now: EpochMs
  /** problems, most severe first; each loss is in only one problem */
  problems: readonly StoredProblem[]
  circuits: readonly StoredCircuit[]
  gateways: readonly StoredGateway[]
  sources: readonly SourceStatus[]
  /** open incidents, and incidents that closed recently */
  incidents: readonly IncidentResponse[]
  /** open `site_state_changed` events */
  sites: readonly EventResponse[]
  /** operators' cards, and the maintenance windows that are currently open */
  declared: Pick<DeclarationsResponse, 'cards'> & { maintenance: readonly DeclaredWindow[] }
  /**
   * effect of the loss of a circuit in its shortest form, by the short ID of the circuit; absent = unknown, because the
   * display shows a past time
   */
  risks?: ReadonlyMap<string, string>
  /** views by short ID of the resource; null = the display is grouped by subscription */
  views?: WallViewsOfResources | null
}
