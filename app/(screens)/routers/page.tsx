import { RoutersPage } from '#components/routers/routers-page.tsx'
import { getSettings } from '#lib/platform/settings.ts'
import { PageWithPrefetchedData } from '#app/_prefetch/prefetched-page.tsx'
import { createEndpointPrefetchQuery } from '#app/_prefetch/prefetch.ts'

export const metadata = { title: 'Routers' }

/**
 * Returns the address and ports that customer routers connect to in order to report. The host is a specific address on
 * which Peerwatch listens, otherwise the host name of its public URL.
 */
function stationPlaces() {
  const { routers, publicUrl } = getSettings()
  const listening = [routers.bmp, routers.syslog, routers.bgp].find((one) => one && !EVERY_ADDRESS.has(one.host))
  const known = publicUrl === null ? null : new URL(publicUrl).hostname
  return {
    host: listening?.host ?? (routers.bmp || routers.syslog || routers.bgp ? known : null),
    bmpPort: routers.bmp?.port ?? null,
    syslogPort: routers.syslog?.port ?? null,
    bgpPort: routers.bgp?.port ?? null,
    bgpAsn: routers.bgp?.asn ?? null,
  }
}

const EVERY_ADDRESS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])

export default function Page() {
  return (
    <PageWithPrefetchedData queries={[createEndpointPrefetchQuery('routers')]}>
      <RoutersPage station={stationPlaces()} />
    </PageWithPrefetchedData>
  )
}
