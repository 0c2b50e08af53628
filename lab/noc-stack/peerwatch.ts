import { setTimeout as delay } from 'node:timers/promises'
import { readPid } from '#lib/platform/bootstrap/pid-files.ts'
import { sendPutRequest, sendJsonRequest, setChannel, shortenIncidents } from '../freezes/alerting.ts'
import { fetchList } from '../product/list.ts'
import { startProductOnSimulator } from '../product/start-product.ts'
import { CIRCUIT_PATH_NAMES } from '../simulator/daemons/network.ts'
import { COLLECTOR_ASN, type NocSite } from './estate.ts'
import type { NocSystemProcesses } from './usage.ts'

export interface PeerwatchSystemConfig {
  name: string
  settings: string
  withBmp: boolean
  /**
   * Routers announce the same prefixes to this system as to Azure. Only one system can have this, because routers have
   * one such neighbor.
   */
  withBgp?: true
  /** The routers' rsyslog sends their logs to this system. */
  withLogs?: true
  /**
   * Whether this instance has tuned settings: each loss is a separate incident, as is useful if another tool groups the
   * notifications, and the prefixes of all sites are declared and watched.
   */
  isTuned?: true
  /** All proposals of declarations that the product makes are accepted once, before the faults. */
  acceptsProposals?: true
  environment: Record<string, string>
}

export interface StartedPeerwatchSystem extends NocSystemProcesses {
  /** resolves when the product shows all circuits, and all routers if they send reports */
  ready: () => Promise<void>
  stop: () => Promise<void>
}

export const peerwatchSystemConfigs: PeerwatchSystemConfig[] = [
  { name: 'Peerwatch, Azure alone', settings: 'as shipped: sessions 60 s', withBmp: false, environment: {} },
  { name: 'Peerwatch with BMP', settings: 'as shipped, BMP_LISTEN', withBmp: true, environment: {} },
  {
    name: 'Peerwatch with BMP and BGP, tuned',
    settings: 'BGP_LISTEN; learned routes 45 s; each loss an incident of its own; sites declared and watched',
    withBmp: true,
    withBgp: true,
    isTuned: true,
    // Azure runs one operation at a time, which takes 20 s
    environment: { POLL_ROUTES_EVERY: '45s', POLL_CIRCUITS_EVERY: '5m', BGP_HOLD_TIME: '3s' },
  },
  {
    name: 'Peerwatch with BMP and BGP, as shipped',
    settings: 'as shipped, BMP_LISTEN, BGP_LISTEN; all proposals accepted',
    withBmp: true,
    withBgp: true,
    acceptsProposals: true,
    environment: {},
  },
  {
    name: 'Peerwatch with BMP, BGP and logs, as shipped',
    settings: 'as shipped, BMP_LISTEN, BGP_LISTEN, SYSLOG_LISTEN; all proposals accepted',
    withBmp: true,
    withBgp: true,
    withLogs: true,
    acceptsProposals: true,
    environment: {},
  },
]

/** Ports on this machine on which a system listens for routers. */
export interface PeerwatchPorts {
  bmp: number
  bgp: number
  logs: number
}

/**
 * Returns the systems that run together. Each router announces to only one collector, so only the first selected system
 * with BGP runs.
 * @param only beginnings of the names of selected systems; empty = all
 * @throws RangeError if `only` contains the whole names of several systems with BGP
 */
export function choosePeerwatchSystems(only: readonly string[]): PeerwatchSystemConfig[] {
  const selected = peerwatchSystemConfigs.filter(
    ({ name }) => only.length === 0 || only.some((one) => name.startsWith(one)),
  )
  const named = selected.filter(({ name, withBgp }) => withBgp && only.includes(name)).map(({ name }) => name)
  if (named.length > 1)
    throw new RangeError(
      `--only: routers have one BGP neighbor for all systems, so choose one of: ${named.map((name) => `'${name}'`).join(', ')}`,
    )
  const collecting =
    selected.find(({ name }) => named.includes(name)) ?? selected.find(({ withBgp }) => withBgp) ?? null
  return selected.filter((system) => !system.withBgp || system === collecting)
}

const READY_WITHIN_MS = 600_000

/** Starts the product as `npm start` does, and sends every incident to a receiver. */
export async function startPeerwatch(
  { name, withBmp, withBgp, withLogs, isTuned, acceptsProposals, environment }: PeerwatchSystemConfig,
  {
    azure,
    hookUrl,
    ports,
    sites,
  }: {
    azure: { url: string; identityHeader: string }
    hookUrl: string
    ports: PeerwatchPorts
    sites: readonly NocSite[]
  },
): Promise<StartedPeerwatchSystem> {
  const product = await startProductOnSimulator({
    AZURE_SUBSCRIPTION_IDS: '*',
    AZURE_RESOURCE_MANAGER_URL: azure.url,
    AZURE_MONITOR_METRICS_URL: azure.url,
    IDENTITY_ENDPOINT: `${azure.url}/msi/token`,
    IDENTITY_HEADER: azure.identityHeader,
    ACCESS: 'open',
    // allows the product to send webhooks to the receiver on this machine
    OUTBOUND_ALLOW: '127.0.0.1',
    ...(withBmp && { BMP_LISTEN: `127.0.0.1:${ports.bmp}`, ROUTERS_ALLOW: '127.0.0.0/8' }),
    ...(withBgp && { BGP_LISTEN: `127.0.0.1:${ports.bgp}`, BGP_ASN: `${COLLECTOR_ASN}` }),
    ...(withLogs && { SYSLOG_LISTEN: `127.0.0.1:${ports.logs}` }),
    ...environment,
  })
  await setChannel(product.url, `${hookUrl}/${encodeURIComponent(name)}`, 'noc')
  if (isTuned) {
    await shortenIncidents(product.url, 'tuned')
    await sendPutRequest(`${product.url}/api/v1/declarations`, { version: 0, ...declared(sites) })
  }
  const expected = sites.length
  return {
    pids: [readPid(product.dataDir, 'start') ?? 0],
    folder: product.dataDir,
    async ready() {
      const deadline = performance.now() + READY_WITHIN_MS
      const seen = async () => {
        const sessions = await fetchList<{ state: string }>(product.url, 'sessions?limit=500')
        const up = sessions.filter(({ state }) => state === 'established').length
        const routers = withBmp ? (await fetchList(product.url, 'routers')).length : Infinity
        return up >= 4 * expected && routers >= CIRCUIT_PATH_NAMES.length * expected
      }
      while (!(await seen().catch(() => false))) {
        if (performance.now() > deadline)
          throw new Error(`${name} does not see the estate within ${READY_WITHIN_MS / 60_000} min`)
        await delay(2_000)
      }
      if (!acceptsProposals) return
      // the product proposes one declaration for each site, once it has read the first route tables of the site's
      // circuit
      const proposals = async () =>
        (await fetchList<{ id: string; kind: string }>(product.url, 'declarations/proposals')).filter(
          ({ kind }) => kind !== 'reports',
        )
      while ((await proposals()).length < expected) {
        if (performance.now() > deadline)
          throw new Error(`${name} does not propose all sites within ${READY_WITHIN_MS / 60_000} min`)
        await delay(2_000)
      }
      const ids = (await proposals()).map(({ id }) => id)
      await sendJsonRequest('POST', `${product.url}/api/v1/declarations/proposals`, { ids })
    },
    stop: product.stop,
  }
}

/**
 * Returns declarations of the sites with their prefixes, and of watched prefixes, of which every change is reported
 * (docs/rules/declarations.md).
 */
const declared = (sites: readonly NocSite[]) => ({
  sites: sites.map(({ id, prefixes }) => ({ name: `dc-${id}`, prefixes })),
  watched: sites.flatMap(({ id, prefixes }) => prefixes.map((prefix) => ({ prefix, note: `dc-${id}` }))),
})
