import type { Circuit } from '#lib/circuits/api/index.ts'
import type { CircuitFailoverAssessment } from '#lib/resilience/api/index.ts'
import {
  formatFailoverChecks,
  formatFailoverEffect,
  formatLastTest,
  formatNextWork,
} from '#lib/resilience/api/failover-text.ts'
import { TrafficMoveResult } from './move-result.tsx'
import { ShowIfPermitted } from '../access/caller.tsx'
import { useEndpointQuery } from '../data/index.ts'
import { formatPlannedTime } from '../format/instant.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { useSelectedPastMoment } from '../links/page-selection-provider.tsx'
import { buildPlanTestHref, buildWhatIfHref } from '../links/what-if-href.ts'
import { CurrentStateSection } from '../resource-page/resource-frame.tsx'
import { useZone } from '../ui/preferences.tsx'
import { useRealNow } from '../ui/times/page-clock.tsx'
import { LastKnownTime } from '../ui/times/time.tsx'

/**
 * Verdict on the failover of a circuit: the effect of its loss, its last test, its design checks and its next
 * maintenance, with links to the evidence. On a page that shows a past time, the card contains only a link to the
 * simulation of the loss.
 */
export function CircuitFailoverVerdict({ circuit: { id } }: { circuit: Circuit }) {
  const isNow = useSelectedPastMoment() === null
  return (
    <CurrentStateSection title="If this fails">
      {/* the minimum height keeps the content below in its place when the verdict is loaded; the past loads none */}
      <div className={isNow ? 'min-h-28' : undefined}>
        {isNow ? (
          <PresentVerdict id={id} />
        ) : (
          <p className="text-xs text-ink-2">
            Computed for the present only. The simulation has the routes of this time.
          </p>
        )}
      </div>
      <p className="mt-2 flex flex-wrap gap-2 print:hidden">
        <PageLink href={buildWhatIfHref({ lose: [id], change: [] })} className={buttonClass}>
          Simulate
        </PageLink>
        {isNow && (
          <ShowIfPermitted right="declare">
            <PageLink href={buildPlanTestHref(id)} className={buttonClass}>
              Plan a test
            </PageLink>
          </ShowIfPermitted>
        )}
      </p>
    </CurrentStateSection>
  )
}

const buttonClass =
  'inline-flex h-7 items-center rounded-md border border-line-strong bg-surface px-2.5 text-xs font-medium hover:bg-hover'
const linkClass = 'link inline-flex min-h-6 items-center'

/**
 * Loads and shows the verdict on the failover of a circuit.
 * @param isDown whether the circuit is already down, so that the effect of its loss is left out
 */
export function PresentVerdict({ id, isDown = false }: Pick<Circuit, 'id'> & { isDown?: boolean }) {
  const query = useEndpointQuery('resilience/failovers')
  const failover = query.data?.data.find(({ circuitId }) => circuitId === id)
  if (failover) return <Verdict failover={failover} isDown={isDown} />
  if (query.isError) return <p className="text-xs text-ink-2">Not known: {query.error.message}</p>
  return <div className="skeleton h-28" />
}

function Verdict({ failover, isDown }: { failover: CircuitFailoverAssessment; isDown: boolean }) {
  const [now, zone] = [useRealNow(60_000), useZone()]
  const { effect, move, checks, circuitName, nextWork, lastKnownAt } = failover
  const isKnown = effect !== null && effect.unread.length === 0 && effect.unknown === 0 && lastKnownAt === null
  return (
    <>
      {!isDown && (
        <p className="text-sm font-semibold wrap-anywhere" data-effect={isKnown ? 'known' : 'unknown'}>
          {isKnown ? (
            formatFailoverEffect(failover)
          ) : (
            <span className="hatch">
              {formatFailoverEffect(failover)}
              {lastKnownAt && (
                <span className="bg-surface/80 font-normal text-ink-2">
                  {', '}
                  <LastKnownTime at={lastKnownAt} />
                </span>
              )}
            </span>
          )}
        </p>
      )}
      {!isDown && move && <TrafficMoveResult move={move} />}
      <ul className="mt-1 flex flex-wrap gap-x-3 text-xs text-ink-2" suppressHydrationWarning>
        <li>
          <PageLink href="/resilience?tab=drills" className={linkClass} title={failover.lastTest?.title}>
            {formatLastTest(failover, now)}
          </PageLink>
        </li>
        <li>
          <PageLink
            href={`/resilience?${new URLSearchParams({ 'checks.q': circuitName })}`}
            className={linkClass}
            title={
              checks.notEvaluated > 0
                ? `${formatCountWithPlural(checks.notEvaluated, 'check')} without data`
                : undefined
            }
          >
            {formatFailoverChecks(failover)}
          </PageLink>
        </li>
        {nextWork && (
          <li>
            <PageLink href="/resilience?tab=weeks-ahead" className={linkClass} title={nextWork.title}>
              {formatNextWork(nextWork, now, (at) => formatPlannedTime(at, zone, now))}
            </PageLink>
            {nextWork.cutOff !== null &&
              nextWork.cutOff !== effect?.cutOff &&
              `: ${formatCountWithPlural(nextWork.cutOff, 'prefix', 'prefixes')} cut off`}
          </li>
        )}
      </ul>
    </>
  )
}
