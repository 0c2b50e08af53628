'use client'

import ArrowRightIcon from 'lucide-react/icons/arrow-right'
import type { ReactNode } from 'react'
import type { Circuit } from '#lib/contract/index.ts'
import { PageLink } from '../links/page-link.tsx'
import { useCircuits, useCircuitUsage } from '../data/index.ts'
import { lastNight } from '../format/last-night.ts'
import { formatBandwidth, formatBytes, formatShare } from '../format/quantity.ts'
import { routesHref } from '../routes/route-views.ts'
import { useNowInSteps } from '../ui/clock.tsx'
import { Status } from '../ui/status.tsx'
import { Moment, Since } from '../ui/time.tsx'
import { pathStatus } from '../ui/words.ts'
import { failingPath, leastUsedUnlimited, shareOfOnePath, thisMonth } from './starting-points.ts'

/** An address of the built-in estate; on the page that it leads to, any other can be typed. */
const EXAMPLE_ADDRESS = '10.10.4.7'

/** Three places to start: what fails, what happened at night, what costs more than it gives. */
export function StartingCards() {
  const circuits = useCircuits().data?.data
  return (
    <nav aria-label="Places to start" className="grid gap-3 md:grid-cols-3">
      {circuits ? <FailingNow circuits={circuits} /> : <Waiting />}
      <AtNight />
      {circuits ? <PaysTooMuch circuits={circuits} /> : <Waiting />}
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

function FailingNow({ circuits }: { circuits: readonly Circuit[] }) {
  const failing = failingPath(circuits)
  if (!failing) {
    const unsure = circuits.filter(({ redundancy }) => redundancy === 'unknown').length
    return (
      <Card href="/events?kind=path_down&range=30d" question="Which path fails right now?">
        {unsure > 0
          ? `None that is seen to; ${unsure} of ${circuits.length} circuits can’t be told.`
          : 'None. Look at those that failed in the last 30 days.'}
      </Card>
    )
  }
  const { circuit, path } = failing
  return (
    <Card href={`/circuits/${encodeURIComponent(circuit.id)}`} question="Which path fails right now?">
      <span className="block">
        <Status {...pathStatus(path.state)} /> <span className="font-medium text-ink">{circuit.name}</span>, {path.path}
        {path.since && (
          <>
            , <Since bounds={path.since} />
          </>
        )}
      </span>
      {path.reason}
    </Card>
  )
}

const A_MINUTE_MS = 60_000

function AtNight() {
  const at = new Date(lastNight(useNowInSteps(A_MINUTE_MS))).toISOString()
  return (
    <Card
      href={routesHref('lookup', { ip: EXAMPLE_ADDRESS, at })}
      question={`Which path did ${EXAMPLE_ADDRESS} take at 03:12?`}
    >
      As of <Moment at={at} />: every route that covered the address, and why one was taken.
    </Card>
  )
}

function PaysTooMuch({ circuits }: { circuits: readonly Circuit[] }) {
  const circuit = leastUsedUnlimited(circuits)
  const question = 'Which circuit pays too much?'
  if (!circuit) {
    return (
      <Card href="/circuits?circuits.sort=-out" question={question}>
        No circuit has unlimited data. What each one sends from Azure, the billed direction, stands in the list.
      </Card>
    )
  }
  return <LeastUsed circuit={circuit} question={question} />
}

function LeastUsed({ circuit, question }: { circuit: Circuit; question: string }) {
  const usage = useCircuitUsage(circuit.id, thisMonth(useNowInSteps(A_MINUTE_MS))).data?.data
  const { id, name, bandwidthMbps } = circuit
  const out = usage?.totals.bytesOut
  const share = usage && out ? shareOfOnePath(out, usage.totals.coveredSeconds, bandwidthMbps) : null
  return (
    <Card href={`/cost?circuit=${encodeURIComponent(id)}`} question={question}>
      <span className="font-medium text-ink">{name}</span> pays for unlimited data
      {bandwidthMbps !== null && ` at ${formatBandwidth(bandwidthMbps)}`}
      {out ? (
        <>
          {' '}
          and sent {usage?.totals.atLeast && 'at least '}
          {formatBytes(out)} from Azure this month
          {share !== null && `, ${formatShare(share)} of what one path could carry`}.
        </>
      ) : (
        `; what it sent this month is ${usage ? 'not known' : 'being read'}.`
      )}{' '}
      What another plan would cost stands in the cost review.
    </Card>
  )
}

function Waiting() {
  return <div className="skeleton min-h-24 rounded-lg" />
}
