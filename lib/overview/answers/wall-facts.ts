import type { ActiveProblem } from '../api/index.ts'
import type { Circuit } from '#lib/circuits/api/index.ts'
import type { DeclarationsAnswer, DeclaredWindow, EpochMs } from '#lib/contract/index.ts'
import type { Event, Incident } from '#lib/incidents/api/index.ts'
import type { Gateway } from '#lib/gateways/api/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'

/** What is judged already; the wall only chooses words and order. */
export interface WallFacts {
  now: EpochMs
  /** the worst first, each loss once */
  problems: readonly ActiveProblem[]
  circuits: readonly Circuit[]
  gateways: readonly Gateway[]
  sources: readonly SourceStatus[]
  /** open ones, and those that closed lately */
  incidents: readonly Incident[]
  /** open site_state_changed */
  sites: readonly Event[]
  /** open no_path */
  lost: readonly Event[]
  /** windows that are open now */
  declared: Pick<DeclarationsAnswer, 'cards'> & { maintenance: readonly DeclaredWindow[] }
  /** of a wall by customer: whose each resource is, by short id; of any other none */
  customers?: ReadonlyMap<string, string> | null
}
