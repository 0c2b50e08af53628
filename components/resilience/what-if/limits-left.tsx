'use client'

import { clsx } from 'clsx'
import type { WhatIfLimit } from '#lib/resilience/api/index.ts'
import { formatBitRate, formatCount, formatShare, plural } from '../../format/quantity.ts'
import { Panel } from '../../ui/panel.tsx'
import { limitBounds, whatIfLimitNames } from './what-if-words.ts'

/** So many are shown, the fullest first. */
const SHOWN = 8
/** From here on the last of a limit is in sight. */
const SCARCE = 0.8

/** What gateways, connections and peerings would use of Azure's limits. Bandwidths of paths are shown with their load. */
export function LimitsLeft({ limits }: { limits: readonly WhatIfLimit[] }) {
  const own = limits.filter(({ name }) => name !== 'path_bandwidth')
  if (own.length === 0) return null
  return (
    <Panel title="Limits of what stays" note="prefixes and throughput, the fullest first">
      <ul className="grid gap-x-8 gap-y-3 sm:grid-cols-2 xl:grid-cols-3 2xl:grid-cols-4">
        {own.slice(0, SHOWN).map((one) => (
          <li key={`${one.name} ${one.scopeName}`} className="min-w-0">
            <div className="flex flex-wrap items-baseline gap-x-2">
              <span className="text-sm">{one.scopeName}</span>
              <span className="ml-auto font-mono text-sm">
                {limitBounds(one, one.name === 'gateway_throughput' ? formatBitRate : formatCount)}
              </span>
            </div>
            <div className="mt-1 h-1.5 overflow-hidden rounded-full bg-sunken">
              <div
                className={clsx('h-full', one.share >= SCARCE ? 'bg-degraded-mark' : 'bg-ink-3')}
                style={{ width: `${Math.min(100, one.share * 100)}%` }}
              />
            </div>
            <p className="mt-0.5 text-xs text-ink-3">
              {whatIfLimitNames[one.name]}: {formatShare(one.share)} used
              {one.atMost > one.limit ? ', above the limit' : ''}.{' '}
              <a href={one.source} className="link" rel="noreferrer">
                Source
              </a>
            </p>
          </li>
        ))}
      </ul>
      {own.length > SHOWN && (
        <p className="mt-3 text-xs text-ink-3">
          {plural(own.length - SHOWN, 'further limit is', 'further limits are')} used less.
        </p>
      )}
    </Panel>
  )
}
