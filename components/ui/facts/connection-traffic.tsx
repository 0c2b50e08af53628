import type { ConnectionTraffic as Traffic } from '#lib/usage/api/index.ts'
import { ByteCount, BitRate } from './quantities.tsx'

const DAY = 86_400

/** Traffic of an ExpressRoute connection: the rates of the newest minute and the bytes of the last 24 hours. */
export function ConnectionTrafficFact({
  bitsInPerSecond,
  bitsOutPerSecond,
  bytesIn,
  bytesOut,
  coveredSeconds,
}: Traffic) {
  return (
    <>
      <span className="block whitespace-nowrap">
        <BitRate bits={bitsInPerSecond} /> to Azure, <ByteCount bytes={bytesIn} /> in 24 h
      </span>
      <span className="block whitespace-nowrap">
        <BitRate bits={bitsOutPerSecond} /> from Azure (billable), <ByteCount bytes={bytesOut} /> in 24 h
      </span>
      <span className="block text-ink-3">
        by Azure Monitor
        {coveredSeconds < DAY - 2 * 3_600 && `, ${Math.floor(coveredSeconds / 360) / 10} h of them measured`}
      </span>
    </>
  )
}
