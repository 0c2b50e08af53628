import ArrowRightIcon from 'lucide-react/icons/arrow-right'
import type { ReactNode } from 'react'
import type { Circuit } from '#lib/circuits/api/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { useMay } from '../access/caller.tsx'
import { PageLink } from '../links/page-link.tsx'
import { useEndpoint } from '../data/index.ts'
import { getLastNightMoment } from '../format/last-night.ts'
import { formatBandwidth, formatBytes, formatShare } from '../format/quantity.ts'
import { buildRoutesHref } from '../routes/route-views.ts'
import { useRealNow } from '../ui/times/clock.tsx'
import { Moment } from '../ui/times/time.tsx'
import { findLeastUsedUnlimited, computeOnePathShare, createMonthQuery } from './starting-points.ts'

/** Example address, which is part of the built-in demo. */
const EXAMPLE_ADDRESS = '10.10.4.7'

/**
 * Cards with starting points for an installation without problems: past failures, a route lookup at a time last night
 * and, for users who may read cost, possible savings.
 */
export function StartingCards() {
  const circuits = useEndpoint('circuits').data?.data
  const mayReadCost = useMay('read_cost')
  return (
    <nav aria-label="Starting points" className="grid gap-3 md:grid-cols-3">
      <Card href="/events?kind=path_down&range=30d" question="Path failures">
        None is open. The list shows incidents of the last 30 days with bounds and causes.
      </Card>
      <AtNight />
      {mayReadCost && (circuits ? <Savings circuits={circuits} /> : <Waiting />)}
    </nav>
  )
}

function Card({ href, question, children }: { href: string; question: string; children: ReactNode }) {
  return (
    <PageLink
      href={href}
      className="group flex min-h-24 flex-col rounded-lg border bg-surface px-3.5 py-3 hover:border-line-strong"
    >
      <span className="flex items-center gap-1.5 font-semibold">
        {question}
        <ArrowRightIcon aria-hidden className="size-3.5 text-ink-3 group-hover:text-ink" />
      </span>
      <span className="mt-1 block text-ink-2">{children}</span>
    </PageLink>
  )
}

function AtNight() {
  const at = new Date(getLastNightMoment(useRealNow(MINUTE))).toISOString()
  return (
    <Card
      href={buildRoutesHref('lookup', { ip: EXAMPLE_ADDRESS, at })}
      question={`Which path did ${EXAMPLE_ADDRESS} take at 03:12?`}
    >
      As of <Moment at={at} />: every route that covered the address, and why one was taken.
    </Card>
  )
}

function Savings({ circuits }: { circuits: readonly Circuit[] }) {
  const circuit = findLeastUsedUnlimited(circuits)
  const question = 'Savings'
  if (!circuit) {
    return (
      <Card href="/circuits?circuits.sort=-out" question={question}>
        No circuit has an unlimited plan. The list has each circuit’s traffic from Azure, the billable direction.
      </Card>
    )
  }
  return <LeastUsed circuit={circuit} question={question} />
}

function LeastUsed({ circuit, question }: { circuit: Circuit; question: string }) {
  const usage = useEndpoint('circuits/{id}/usage', { id: circuit.id, ...createMonthQuery(useRealNow(MINUTE)) }).data
    ?.data
  const { id, name, bandwidthMbps } = circuit
  const out = usage?.totals.bytesOut
  const share = usage && out ? computeOnePathShare(out, usage.totals.coveredSeconds, bandwidthMbps) : null
  return (
    <Card href={`/cost?circuit=${encodeURIComponent(id)}`} question={question}>
      <span className="font-medium text-ink">{name}</span> pays for unlimited data
      {bandwidthMbps !== null && ` at ${formatBandwidth(bandwidthMbps)}`}
      {out ? (
        <>
          {' '}
          and sent {usage?.totals.atLeast && 'at least '}
          {formatBytes(out)} from Azure this month
          {share !== null && `, ${formatShare(share)} of one path’s capacity`}.
        </>
      ) : (
        `; its traffic this month is ${usage ? 'unknown' : 'loading'}.`
      )}{' '}
      The cost review compares the plans.
    </Card>
  )
}

function Waiting() {
  return <div className="skeleton min-h-24 rounded-lg" />
}
