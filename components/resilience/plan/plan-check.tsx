import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { createPlanRequest, comparePlanEffectsWithThresholds } from '#lib/plan/api/plan-report.ts'
import { PlanFileError } from '#lib/plan/api/file/plan-file.ts'
import type { PlanCheckResponse, PlanBody } from '#lib/plan/api/plan.ts'
import { type ApiResponse, buildApiUrl, sendJson } from '../../data/index.ts'
import { formatCountWithPlural } from '../../format/quantity.ts'
import { ProblemNotice, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { PlanFileCommands } from './plan-commands.tsx'
import { encodePlanFragment } from './plan-link.ts'
import { PlanCheckResult } from './plan-result.tsx'
import { getPlanSourceName, type PlanSource, readPlanSource } from './plan-source.ts'

/**
 * Query options so that a plan is checked only once. The result is about the moment at which the user provided the
 * plan, so that it is not refreshed.
 */
const ONCE = { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false, refetchOnReconnect: false }

/**
 * Reads a plan in the browser, sends its changes, and shows the predicted effects.
 * @param turn consecutive number of the plan, which distinguishes two plans whose files have the same name
 */
export function PlanFileCheck({
  source,
  turn,
  onChoose,
  onClose,
}: {
  source: PlanSource
  turn: number
  onChoose: () => void
  onClose: () => void
}) {
  const read = useQuery({
    queryKey: ['plan', turn, 'file'],
    queryFn: async () => {
      const plan = await readPlanSource(source)
      return { plan, request: createPlanRequest(plan.read), fragment: await encodePlanFragment(plan) }
    },
    ...ONCE,
    retry: false,
  })
  const { request = null, fragment, plan } = read.data ?? {}
  const sent = useQuery({
    queryKey: ['plan', turn, 'check'],
    queryFn: () => sendPlan(request),
    enabled: request !== null,
    ...ONCE,
  })
  useEffect(() => {
    // With the plan in its fragment, the page's URL shows the same result again, also after a reload.
    if (fragment !== undefined) history.replaceState(null, '', location.pathname + location.search + (fragment ?? ''))
  }, [fragment])
  const name = plan?.name ?? getPlanSourceName(source)
  if (read.error) return <Refused name={name} error={read.error} onChoose={onChoose} onClose={onClose} />
  if (!plan || (request && !sent.data))
    return (
      <div className="grid gap-4" aria-busy={!sent.error}>
        <p role="status" className="text-xl font-semibold tracking-tight wrap-anywhere sm:text-2xl">
          {plan && request
            ? `Checking ${formatCountWithPlural(request.terms.length, 'change')} of ${name}`
            : `Reading ${name}`}
        </p>
        {sent.error ? (
          <ProblemNotice error={sent.error} onRetry={() => void sent.refetch()} busy={sent.isFetching} />
        ) : (
          <SkeletonRows rows={6} />
        )}
        <div>
          <Button onClick={onClose}>Close the plan</Button>
        </div>
      </div>
    )
  return (
    <PlanCheckResult
      report={comparePlanEffectsWithThresholds(name, plan.read, sent.data ?? null)}
      request={request}
      hasLink={fragment !== null}
      onChoose={onChoose}
      onClose={onClose}
    />
  )
}

/** Sends the changes of a plan, and nothing else of its file (ADR 0352). */
const sendPlan = (request: PlanBody | null) =>
  sendJson<ApiResponse<PlanCheckResponse>>('POST', buildApiUrl('plans/check'), request)

/** Explains why a plan cannot be read, and what the user can do. */
function Refused({
  name,
  error,
  onChoose,
  onClose,
}: {
  name: string
  error: Error
  onChoose: () => void
  onClose: () => void
}) {
  const why = error instanceof PlanFileError ? error.message : String(error)
  return (
    <div role="alert" className="grid gap-3 rounded-lg border border-line-strong bg-sunken px-3.5 py-3">
      <div>
        <p className="text-lg font-semibold wrap-anywhere">{name} was not checked</p>
        <p className="text-ink-2 wrap-anywhere">{why.charAt(0).toUpperCase() + why.slice(1)}. Nothing was sent.</p>
      </div>
      <PlanFileCommands isOpen />
      <div className="flex flex-wrap gap-2">
        <Button variant="strong" onClick={onChoose}>
          Choose another file
        </Button>
        <Button onClick={onClose}>Close</Button>
      </div>
    </div>
  )
}
