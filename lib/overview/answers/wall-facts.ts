import type { StoredProblem } from '../api/index.ts'
import type { StoredCircuit } from '#lib/circuits/api/index.ts'
import type { DeclarationsAnswer, DeclaredWindow, EpochMs } from '#lib/contract/index.ts'
import type { GivenEvent, GivenIncident } from '#lib/incidents/answers/index.ts'
import type { StoredGateway } from '#lib/gateways/api/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'

/** Which views each resource is in; what is in none is in the one of the rest. */
export interface WallViews {
  of: ReadonlyMap<string, readonly string[]>
  rest: string
}

/** What is judged already; the wall only chooses words and order. */
export interface WallFacts {
  now: EpochMs
  /** the worst first, each loss once */
  problems: readonly StoredProblem[]
  circuits: readonly StoredCircuit[]
  gateways: readonly StoredGateway[]
  sources: readonly SourceStatus[]
  /** open ones, and those that closed lately */
  incidents: readonly GivenIncident[]
  /** open site_state_changed */
  sites: readonly GivenEvent[]
  /** windows that are open now */
  declared: Pick<DeclarationsAnswer, 'cards'> & { maintenance: readonly DeclaredWindow[] }
  /** the views of a wall that is not by subscription, by short id; of any other none */
  views?: WallViews | null
}
