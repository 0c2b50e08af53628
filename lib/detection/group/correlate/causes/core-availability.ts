import {
  type TimestampBounds,
  type Cause,
  type DetectedEvent,
  type Evidence,
  parsePathSubject,
} from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { DetectionContext } from '../../../model/context.ts'
import type { LastAvailability, LiveEvent } from '../../../model/scope-state.ts'

export const CORE_MAINTENANCE_CAUSE = 'msee_core_maintenance'
const FIELD = 'BgpAvailability'
/**
 * Factor for the confidence of "maintenance between edge and core" if the metric BgpAvailability did not fall. Such
 * maintenance usually lowers the metric, so the cause is less likely (docs/rules/detection.md 3.6).
 */
const SPEAKS_AGAINST = 0.7

interface Answer {
  after: 'low' | 'not low'
  at: TimestampBounds
}

/**
 * Adjusts the confidence of the cause "maintenance between Microsoft's edge and core" by the metric BgpAvailability,
 * which falls during such work. The metric has one value per minute, which arrives late, often when the neighbor is
 * already back. Therefore the causes are evaluated again until the values have arrived.
 */
export function adjustCausesByAvailability(
  context: DetectionContext,
  event: DetectedEvent,
  causes: readonly Cause[],
): Cause[] {
  if (!causes.some(isCore)) return [...causes]
  const answer = answerNow(context, event)
  return causes.map((cause) => {
    if (!isCore(cause)) return cause
    const known = event.causes.filter(isCore).flatMap(({ evidence }) => evidence.filter(isAnswer))[0] ?? null
    const evidence = answer ? evidenceOf(answer) : known
    if (!evidence) return cause
    const before = cause.evidence.find(isAnswer) ?? null
    const confidence = Math.round((cause.confidence / weightOf(before)) * weightOf(evidence) * 100) / 100
    return { ...cause, confidence, evidence: [...cause.evidence.filter((item) => !isAnswer(item)), evidence] }
  })
}

/**
 * Reports whether the values of BgpAvailability are still missing that decide between core maintenance and other
 * causes. The event must then be evaluated again, because the arrival of the values alone does not start an evaluation.
 */
export function isAwaitingAvailabilityMetric({ mark, settings }: DetectionContext, { event }: LiveEvent): boolean {
  const [core] = event.causes.filter(isCore)
  const isFresh = mark.finishedAt - event.detectedAt <= settings['availability.late']
  return core !== undefined && isFresh && !core.evidence.some(isAnswer)
}

const isCore = ({ class: name }: Cause) => name === CORE_MAINTENANCE_CAUSE
const isAnswer = ({ field }: Evidence) => field === FIELD
const weightOf = (evidence: Evidence | null) => (evidence?.after === 'not low' ? SPEAKS_AGAINST : 1)

const evidenceOf = ({ after, at }: Answer): Evidence => ({
  field: FIELD,
  before: null,
  after,
  sampledBefore: null,
  sampledAfter: at,
})

function answerNow({ scopes, topology, mark }: DetectionContext, event: DetectedEvent): Answer | null {
  const mapping = topology.mappings.find((one) => one.gateway === event.scope && one.neighbor === event.subject)
  const paths = Object.entries(scopes[mapping?.circuit ?? '']?.availability ?? {})
  const fact = paths.find(([subresource]) => parsePathSubject(subresource).path === mapping?.path)?.[1]
  return fact ? answerOf(fact, event, event.ended ?? { earliest: mark.finishedAt, latest: mark.finishedAt }) : null
}

/**
 * Returns "low" if the metric was low in any minute that may overlap the event. Returns "not low" if at least one whole
 * minute within the event was reported and no minute was low. Otherwise returns null.
 */
function answerOf(
  { reported, low }: LastAvailability,
  { started }: DetectedEvent,
  ended: TimestampBounds,
): Answer | null {
  const fallen = low.filter(({ earliest, latest }) => latest > started.earliest && earliest < ended.latest)
  const [first, last] = [fallen[0], fallen.at(-1)]
  if (first && last) return { after: 'low', at: { earliest: first.earliest, latest: last.latest } }
  const sure = {
    earliest: Math.max(reported.earliest, started.latest),
    latest: Math.min(reported.latest, ended.earliest),
  }
  // A span of two minutes always contains one whole minute of Azure's clock.
  return sure.latest - sure.earliest >= 2 * MS_PER_MINUTE ? { after: 'not low', at: sure } : null
}
