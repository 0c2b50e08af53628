import { formatSiteName } from '#lib/contract/words/site-states.ts'
import type { DoubleLosses, N2Case } from '#lib/resilience/api/index.ts'
import { DisableControlsWithoutRight } from '../../access/require-right.tsx'
import { buildApiUrl, isComputationInProgress, sendJson, useDoubleLosses, useCommand } from '../../data/index.ts'
import { formatCountWithSeparators, formatCountWithPlural } from '../../format/quantity.ts'
import { PageLink } from '../../links/page-link.tsx'
import { useCustomer } from '../../links/page-selection-provider.tsx'
import { QueryStateView, EmptyNote, SkeletonRows } from '../../ui/answer-view.tsx'
import { Button } from '../../ui/button.tsx'
import { useRealNow } from '../../ui/times/page-clock.tsx'
import { CollapsiblePanel } from '../../ui/fold-panel.tsx'
import { MomentText } from '../../ui/times/time.tsx'
import { buildWhatIfHref } from '../../links/what-if-href.ts'
import { formatN2Progress, lossKindLabels } from './what-if-text.ts'
import { CurrentDataNote, CurrentDataOnly } from '../../ui/times/current-data-note.tsx'

/** Maximum number of pairs of failures that are listed; further pairs have less impact. */
const MAX_SHOWN_CASES = 20

/**
 * List of double failures: pairs of circuits or peering locations that fail at the same time. They are computed when
 * the user requests it; meanwhile a progress bar is shown.
 * @param isFolded whether the panel is collapsed at first, because the result of a scenario is shown above it
 */
export function N2Panel({ isFolded }: { isFolded: boolean }) {
  const query = useDoubleLosses()
  return (
    <CollapsiblePanel
      id="pairs-of-losses"
      title="Double failures (N-2)"
      note="what two failures cut off together, and neither does alone"
      aside={
        <>
          <CurrentDataNote />
          {query.data && <Ask run={query.data.data} />}
        </>
      }
      isOpenAtFirst={!isFolded}
      flush
    >
      <CurrentDataOnly>
        <QueryStateView query={query} skeleton={<SkeletonRows rows={3} />}>
          {({ data }) => (isComputationInProgress(data) ? <Progress run={data} /> : <Outcome run={data} />)}
        </QueryStateView>
      </CurrentDataOnly>
    </CollapsiblePanel>
  )
}

function Ask({ run }: { run: DoubleLosses }) {
  const customer = useCustomer()
  const goesOn = isComputationInProgress(run)
  const ask = useCommand(
    () =>
      sendJson(
        'POST',
        buildApiUrl(goesOn ? 'resilience/n-2/cancel' : 'resilience/n-2'),
        customer === null ? {} : { customer },
      ),
    [['resilience']],
    'onSettled',
  )
  return (
    <span className="flex items-baseline gap-3">
      {ask.error && <span className="text-xs text-down">{ask.error.message}</span>}
      <DisableControlsWithoutRight right="acknowledge" isSmall>
        <Button onClick={() => ask.mutate()} disabled={ask.isPending || run.isCurrent === true}>
          {goesOn ? 'Cancel' : run.state === 'done' ? (run.isCurrent ? 'Up to date' : 'Compute again') : 'Compute'}
        </Button>
      </DisableControlsWithoutRight>
    </span>
  )
}

function Progress({ run }: { run: DoubleLosses }) {
  return (
    <div className="px-3.5 py-3">
      <p className="mb-1.5 text-sm" role="status">
        {formatN2Progress(run, useRealNow())}
      </p>
      {run.all !== null && (
        <progress className="h-2 w-full" max={run.all} value={run.done} aria-label="Double failures" />
      )}
    </div>
  )
}

function Outcome({ run }: { run: DoubleLosses }) {
  const { state, cases, found, error, finishedAt, tablesAt, isCurrent, all, notComputed, most } = run
  if (state === 'none') return <EmptyNote title="Not computed yet">Runs in the background.</EmptyNote>
  if (state === 'cancelled') return <EmptyNote title="Cancelled" />
  if (state === 'failed') return <EmptyNote title="Failed">{error}</EmptyNote>
  return (
    <>
      <p className="px-3.5 pt-2.5 text-xs text-ink-3">
        {formatCountWithPlural(all ?? 0, 'pair')} computed{' '}
        {finishedAt && (
          <>
            at <MomentText at={finishedAt} zoned={false} />
          </>
        )}
        {tablesAt && (
          <>
            {' '}
            from tables of <MomentText at={tablesAt} zoned={false} />
          </>
        )}
        .{isCurrent === false && <span className="text-degraded"> Their inputs have changed since.</span>}
        {notComputed > 0 &&
          ` ${formatCountWithPlural(notComputed, 'pair is', 'pairs are')} beyond the ${formatCountWithSeparators(most)} that are computed.`}
      </p>
      {cases.length === 0 ? (
        <EmptyNote title="No two failures cut off more than each does alone" />
      ) : (
        <Cases cases={cases.slice(0, MAX_SHOWN_CASES)} found={found} />
      )}
    </>
  )
}

function Cases({ cases, found }: { cases: readonly N2Case[]; found: number }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Double failures">
      <table className="w-full text-left text-xs">
        <thead>
          <tr className="text-xs text-ink-3">
            <th className="px-3.5 py-2 font-medium">Fail together</th>
            <th className="px-2 py-2 font-medium">Cut off</th>
            <th className="px-3.5 py-2 font-medium">Prefixes</th>
          </tr>
        </thead>
        <tbody>
          {cases.map((one) => (
            <tr key={one.lost.map(({ term }) => term).join()} className="border-t align-baseline">
              <th scope="row" className="px-3.5 py-1.5 font-normal">
                <PageLink
                  href={buildWhatIfHref({ lose: one.lost.map(({ term }) => term), change: [] })}
                  className="link"
                >
                  {one.lost.map(({ name }) => name).join(' and ')}
                </PageLink>{' '}
                <span className="text-xs text-ink-3">
                  {[...new Set(one.lost.map(({ kind }) => lossKindLabels[kind]))].join(', ')}
                </span>
              </th>
              <td className="px-2 py-1.5 whitespace-nowrap">
                {one.stranded > 0 ? (
                  <span className="font-semibold text-down">
                    {formatCountWithPlural(one.strandedPrefixes, 'prefix', 'prefixes')}
                  </span>
                ) : one.internet > 0 ? (
                  <span className="text-degraded">{formatCountWithSeparators(one.internet)} to the Internet</span>
                ) : (
                  <span className="hatch rounded-xs px-1">{formatCountWithSeparators(one.unknown)} unknown</span>
                )}
              </td>
              <td className="px-3.5 py-1.5 text-xs text-ink-2">{formatPrefix(one)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {found > cases.length && (
        <p className="border-t px-3.5 py-2 text-xs text-ink-3">
          {formatCountWithPlural(found - cases.length, 'further pair')} cut off less.
        </p>
      )}
    </div>
  )
}

/** Formats the affected prefixes by site: `London 10.2.0.0/16, 10.3.0.0/16`. */
function formatPrefix({ sites }: N2Case): string {
  return sites
    .map(({ site, stranded, prefixes }) => {
      const more = stranded > prefixes.length ? ' and more' : ''
      return `${site === null ? 'No site' : formatSiteName(site)} ${prefixes.join(', ')}${more}`
    })
    .join('; ')
}
