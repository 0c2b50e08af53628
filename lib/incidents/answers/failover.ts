import type { FailoverDetail, ForwardingLoss, LossLag } from '#lib/contract/index.ts'
import type { FailoverView, ForwardingLossView } from '../api/index.ts'
import { durationSeconds, iso, isoBounds, isoBoundsOrNull } from '#lib/questions/index.ts'

/** A failover's moments and lengths as the API writes them. */
export function failoverView(detail: FailoverDetail): FailoverView {
  return {
    forwardingEnds: isoBoundsOrNull(detail.forwardingEnds),
    sessionEnds: isoBoundsOrNull(detail.sessionEnds),
    rerouted: isoBounds(detail.rerouted),
    forwardingResumes: isoBoundsOrNull(detail.forwardingResumes),
    controlPlane: detail.controlPlane && durationSeconds(detail.controlPlane),
    dataPlane: detail.dataPlane && durationSeconds(detail.dataPlane),
    detection: detail.detection && durationSeconds(detail.detection),
    noRelearning: detail.noRelearning,
    missing: detail.missing,
    mechanism: lagView(detail.mechanism),
    expectations: detail.expectations.map(({ budgetMs, ...expectation }) => ({
      ...expectation,
      budgetSeconds: budgetMs / 1_000,
    })),
    revisedOutside: detail.revisedOutside,
    revisions: (detail.revisions ?? []).map(({ at, before, reported, ...revision }) => ({
      ...revision,
      at: iso(at),
      before: isoBounds(before),
      reported: isoBounds(reported),
    })),
  }
}

export function forwardingLossView({ started, basis, mechanism, revisedOutside }: ForwardingLoss): ForwardingLossView {
  return { startedBetween: isoBounds(started), basis, mechanism: lagView(mechanism), revisedOutside }
}

function lagView(mechanism: LossLag | null): FailoverView['mechanism'] {
  return mechanism && { ...mechanism, lag: durationSeconds(mechanism.lag) }
}
