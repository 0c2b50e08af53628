import {
  azureReportDifferenceReasons,
  type AzureReportDifferenceReason,
  type AzureReportsResponse,
} from '#lib/resilience/api/index.ts'
import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { buildApiUrl, sendJson, useEndpointQuery, useCommand } from '../data/index.ts'
import { formatCountWithPlural } from '../format/quantity.ts'
import { PageLink } from '../links/page-link.tsx'
import { FailoverTestConnectionStates, formatTestVerdict } from '../events/azure-test-text.tsx'
import { QueryStateView, EmptyNote, SkeletonRows } from '../ui/answer-view.tsx'
import { Button } from '../ui/button.tsx'
import { Panel } from '../ui/panel.tsx'
import { MomentText } from '../ui/times/time.tsx'

/** Maximum number of prefixes that a list shows, although the API returns all. */
const MAX_SHOWN_PREFIXES = 20

/**
 * Panel with tests and a score of a gateway that Azure computes on request. Next to them are Peerwatch's own data about
 * the same subjects.
 */
export function AzureReportsPanel({ id }: { id: string }) {
  const query = useEndpointQuery('gateways/{id}/azure-reports', { id })
  return (
    <Panel
      title="Azure’s own tests and score"
      isOfNow
      aside={query.data && <Ask id={id} isAsking={query.data.data.state === 'asking'} />}
    >
      <QueryStateView query={query} skeleton={<SkeletonRows rows={4} />}>
        {({ data }) => <Reports reports={data} />}
      </QueryStateView>
    </Panel>
  )
}

function Ask({ id, isAsking }: { id: string; isAsking: boolean }) {
  const ask = useCommand(
    () => sendJson('POST', buildApiUrl('gateways/{id}/azure-reports', { id }), {}),
    [['gateways']],
    'onSettled',
  )
  return (
    <span className="flex items-baseline gap-3">
      {ask.error && <span className="text-xs text-down">{ask.error.message}</span>}
      <DisableControlsWithoutRight right="acknowledge" isSmall>
        <Button onClick={() => ask.mutate()} disabled={ask.isPending || isAsking}>
          {isAsking ? 'Asking Azure' : 'Ask Azure'}
        </Button>
      </DisableControlsWithoutRight>
    </span>
  )
}

function Reports({ reports: { state, askedAt, readAt, score, routes, tests } }: { reports: AzureReportsResponse }) {
  if (state === 'none')
    return (
      <EmptyNote title="Not asked yet">
        Read when somebody asks, and after a failover test of Azure’s was stopped.
      </EmptyNote>
    )
  return (
    <div className="grid gap-3 text-sm">
      <p className="text-xs text-ink-3" role="status">
        {state === 'asking' && askedAt && (
          <>
            Asking since <MomentText at={askedAt} />, between the gateway’s polls.{' '}
          </>
        )}
        {readAt && (
          <>
            Read at <MomentText at={readAt} />.
          </>
        )}
      </p>
      {score && (
        <Part title="Score" part={score}>
          {(data) => (
            <>
              <p>
                {data.score ?? 'no'} of 100
                {formatChange(data)}
                {data.computedAt && (
                  <>
                    , computed at <MomentText at={data.computedAt} />
                  </>
                )}
                {data.nextAt && (
                  <>
                    , next after <MomentText at={data.nextAt} />
                  </>
                )}
              </p>
              <ul className="list-disc pl-5">
                {data.components.map(({ name, score: points, most, ours, reason, recommendations }) => (
                  <li key={name}>
                    {name}: {points ?? '–'} of {most ?? '–'}
                    {ours && `; ours: ${ours}`}
                    <Why reason={reason} />
                    {recommendations.map(({ title, severity }) => (
                      <span key={title} className="block text-xs text-ink-3">
                        {severity ? `${severity}: ${title}` : title}
                      </span>
                    ))}
                  </li>
                ))}
              </ul>
            </>
          )}
        </Part>
      )}
      {routes && (
        <Part title="Routes by peering location" part={routes}>
          {({ agreed, redundant, nonRedundant, differences, ranks }) => (
            <>
              <p>
                {formatCountWithPlural(redundant, 'prefix', 'prefixes')} by two locations or more, {nonRedundant.length}{' '}
                by one: <Prefixes all={nonRedundant} />.{' '}
                {formatCountWithPlural(agreed, 'prefix agrees', 'prefixes agree')}, {differences.length} differ.
              </p>
              <ul className="list-disc pl-5">
                {differences.slice(0, MAX_SHOWN_PREFIXES).map(({ prefix, azure, ours, reason }) => (
                  <li key={prefix}>
                    <span className="font-mono">{prefix}</span>: Azure {azure.join(', ') || 'none'}, ours{' '}
                    {ours.join(', ') || 'none'}
                    <Why reason={reason} />
                  </li>
                ))}
              </ul>
              <Ranks ranks={ranks} />
            </>
          )}
        </Part>
      )}
      {tests && (
        <Part title="Failover tests" part={tests}>
          {(data) =>
            data.length === 0 ? (
              <p>No site was tested in Azure.</p>
            ) : (
              <ul className="list-disc pl-5">
                {data.map(
                  ({ id, location, status, verdict, connections, startedAt, lost, predicted, drill, reason }) => (
                    <li key={id}>
                      {location} {startedAt && <MomentText at={startedAt} />}: {status ?? 'no status'}
                      {formatTestVerdict(verdict)}. <FailoverTestConnectionStates connections={connections} /> Lost{' '}
                      {lost ? <Prefixes all={lost} /> : 'not known'}; predicted{' '}
                      {predicted ? <Prefixes all={predicted} /> : 'not known'}
                      <Why reason={reason} />
                      {drill && (
                        <>
                          {' '}
                          <PageLink href="/resilience?tab=drills" className="link">
                            {drill.title}
                          </PageLink>
                        </>
                      )}
                    </li>
                  ),
                )}
              </ul>
            )
          }
        </Part>
      )}
    </div>
  )
}

/** Formats the change of the score and the gain of the recommendations: ` (+2, recommendations add 2 to 48)`. */
function formatChange({
  change,
  gain,
}: Pick<NonNullable<NonNullable<AzureReportsResponse['score']>['data']>, 'change' | 'gain'>) {
  const moved = change === null ? [] : [change > 0 ? `+${change}` : String(change)]
  const range = [gain?.least, gain?.most].filter((points) => points != null)
  const promised = range.length === 0 ? [] : [`recommendations add ${[...new Set(range)].join(' to ')}`]
  const parts = [...moved, ...promised]
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

/**
 * Table that compares Azure's order of the paths to each prefix with Peerwatch's order. Prefixes for which the orders
 * differ are first.
 */
function Ranks({ ranks }: Pick<NonNullable<NonNullable<AzureReportsResponse['routes']>['data']>, 'ranks'>) {
  if (ranks.length === 0) return null
  const differing = ranks.filter(({ reason }) => reason !== null)
  const shown = [...differing, ...ranks.filter(({ reason }) => reason === null)].slice(0, MAX_SHOWN_PREFIXES)
  const order = (paths: readonly { circuit: string; path: string; rank: string | number }[]) =>
    paths.map(({ circuit, path, rank }) => `${rank} ${circuit}/${path}`).join(', ') || 'none'
  return (
    <>
      <p>
        Azure’s order of paths is the same for {ranks.length - differing.length} of{' '}
        {formatCountWithPlural(ranks.length, 'prefix', 'prefixes')}.
      </p>
      <ul className="list-disc pl-5">
        {shown.map(({ prefix, azure, ours, reason }) => (
          <li key={prefix}>
            <span className="font-mono">{prefix}</span>: Azure {order(azure)}; ours {order(ours)}
            <Why reason={reason} />
          </li>
        ))}
      </ul>
    </>
  )
}

const PART_WORDS = {
  refused: 'Azure refuses it',
  unsupported: 'Azure does not do this for the gateway',
  failed: 'Azure did not answer it',
} as const

function Part<Data>({
  title,
  part: { state, data, detail, missingAction },
  children,
}: {
  title: string
  part: {
    state: keyof typeof PART_WORDS | 'read'
    data: Data | null
    detail: string | null
    missingAction: string | null
  }
  children: (data: Data) => React.ReactNode
}) {
  return (
    <section aria-label={title}>
      <h3 className="font-semibold">{title}</h3>
      {data !== null && children(data)}
      {(state !== 'read' || detail) && (
        <p className="text-degraded wrap-anywhere">
          {state === 'read' ? 'Not read whole' : PART_WORDS[state]}
          {missingAction ? `: the role lacks ${missingAction}.` : detail && `: ${detail}`}
        </p>
      )}
    </section>
  )
}

const Why = ({ reason }: { reason: AzureReportDifferenceReason | null }) =>
  reason && <span className="block text-xs text-degraded">{azureReportDifferenceReasons[reason]}</span>

const Prefixes = ({ all }: { all: readonly string[] }) => (
  <span className="font-mono text-xs">
    {all.slice(0, MAX_SHOWN_PREFIXES).join(', ') || 'none'}
    {all.length > MAX_SHOWN_PREFIXES && ` and ${all.length - MAX_SHOWN_PREFIXES} more`}
  </span>
)
