import { clsx } from 'clsx'
import type { Gateway, GatewayLoad } from '#lib/contract/index.ts'
import { formatBitRate, formatCount, formatShare } from '../format/quantity.ts'
import { Panel } from '../ui/panel.tsx'
import { Age } from '../ui/time.tsx'
import { skuWords } from './gateway-words.ts'

/** Above this share of the SKU's limit, a gateway is close to dropping packets. */
const CLOSE = 0.8

const names: Record<GatewayLoad['name'], string> = {
  cpu: 'CPU, busiest instance',
  flows: 'Flows',
  bits: 'Traffic',
  packets: 'Packets per second',
}
const written: Record<GatewayLoad['name'], (value: number) => string> = {
  cpu: (value) => `${Math.round(value)} %`,
  flows: (value) => formatCount(Math.round(value)),
  bits: formatBitRate,
  packets: (value) => formatCount(Math.round(value)),
}

/** A gateway's load against its SKU's limits, from Azure Monitor metrics. */
export function GatewayLoadPanel({ gateway: { load, sku } }: { gateway: Gateway }) {
  if (!load || load.length === 0) return null
  return (
    <Panel title="Load" note={`against the limits of ${skuWords(sku) ?? 'its SKU'}; 5-minute averages`}>
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2 xl:grid-cols-4">
        {load.map((one) => (
          <LoadMeter key={one.name} load={one} />
        ))}
      </dl>
    </Panel>
  )
}

function LoadMeter({ load: { name, value, limit, share, at } }: { load: GatewayLoad }) {
  const write = written[name]
  return (
    <div className="min-w-0">
      <dt className="text-xs text-ink-3">{names[name]}</dt>
      <dd>
        <span className="font-mono">{write(value)}</span>
        <span className="ml-2 text-xs text-ink-3">
          <Age at={at} />
        </span>
        <span
          aria-hidden
          className={clsx('mt-1 block h-1.5 overflow-hidden rounded-full', share === null ? 'hatch' : 'bg-sunken')}
        >
          {share !== null && (
            <span
              className={clsx('block h-full rounded-full', share >= CLOSE ? 'bg-degraded-mark' : 'bg-ink-3')}
              style={{ width: `${Math.min(100, share * 100)}%` }}
            />
          )}
        </span>
        <span className="mt-0.5 block text-2xs text-ink-3">
          {share === null || limit === null
            ? 'limit of this SKU unknown'
            : `${nearness(share)}${name === 'cpu' ? '' : `${formatShare(share)} `}of ${write(limit)}`}
        </span>
      </dd>
    </div>
  )
}

function nearness(share: number): string {
  if (share > 1) return 'OVER: '
  return share >= CLOSE ? 'CLOSE: ' : ''
}
