import type {
  ActiveProblem,
  Circuit,
  DeclarationsAnswer,
  DeclaredWindow,
  EpochMs,
  Event,
  Gateway,
  Incident,
} from '#lib/contract/index.ts'
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
