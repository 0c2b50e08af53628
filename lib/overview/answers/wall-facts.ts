import type { ActiveProblemToEncode } from '../api/index.ts'
import type { StoredCircuit } from '#lib/circuits/api/index.ts'
import type { DeclarationsResponse, DeclaredTimeWindow, EpochMs } from '#lib/contract/index.ts'
import type { EventResponse, IncidentResponse } from '#lib/incidents/answers/index.ts'
import type { GatewayToEncode } from '#lib/gateways/api/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'

/**
 * The views of the wall display in which each resource is shown. A view is a group of resources, for example of a
 * customer or a site. A resource that is in no view is shown in the view `rest`.
 */
export interface WallViewsOfResources {
  of: ReadonlyMap<string, readonly string[]>
  rest: string
}

/**
 * Data for the wall display. States and problems are already determined, so that the display only decides about texts
 * and the order.
 */
export interface WallInput {
  now: EpochMs
  /** problems, most severe first. Each loss is a part of only one problem */
  problems: readonly ActiveProblemToEncode[]
  circuits: readonly StoredCircuit[]
  gateways: readonly GatewayToEncode[]
  sources: readonly SourceStatus[]
  /** open incidents, and incidents that closed recently */
  incidents: readonly IncidentResponse[]
  /** open `site_state_changed` events */
  sites: readonly EventResponse[]
  /** operators' cards, and the maintenance windows that are currently open */
  declared: Pick<DeclarationsResponse, 'cards'> & { maintenance: readonly DeclaredTimeWindow[] }
  /**
   * text about the effect that the loss of a circuit would have, by the short ID of the circuit. Absent = unknown,
   * because the display shows a past time
   */
  risks?: ReadonlyMap<string, string>
  /** views by short ID of the resource; null = the display is grouped by subscription */
  views?: WallViewsOfResources | null
}
