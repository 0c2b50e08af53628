/**
 * Compares how Peerwatch and the systems that a NOC runs from Debian's packages detect faults of real routers, in one
 * run: `npm run bench noc-stack [--faults=100] [--sites=20] [--minutes=28] [--seed=1] [--only=Peerwatch --only=Icinga]
 * [--kinds=leak,withdrawal] [--keep=FILE]`. `--only` takes the beginning of a name, which may contain a comma. Each
 * site (FRR as the customer's routers, BIRD as Azure's) gets its share of the faults, one after the other, with
 * different start times for each site. The simulated Azure shows the state of Azure's routers, with the run times of
 * its profile `azure`. Only one Peerwatch with BGP runs; `--only` selects another one than the first. With
 * `--only='Peerwatch with BMP, BGP and logs'`, the routers also send their logs by rsyslog. Needs root, FRR, BIRD,
 * rsyslog for logs, and an otherwise idle machine; systems that are not installed are left out.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { printBenchLine, createRandom } from './history/figures.ts'
import { createNocEstate, MAX_SITES, createNocSite } from './noc-stack/estate.ts'
import {
  createNocFaultChooser,
  type FaultName,
  faultNames,
  nocFaults,
  type InjectedNocFault,
} from './noc-stack/faults.ts'
import { AlarmWebhookReceiver } from './noc-stack/hooks.ts'
import { ManagementNetwork, findProgramPath, readDebianPackageVersion } from './noc-stack/management.ts'
import {
  choosePeerwatchSystems,
  type PeerwatchPorts,
  type StartedPeerwatchSystem,
  startPeerwatch,
} from './noc-stack/peerwatch.ts'
import { scoreAlarmsOfSystem, formatQuantile } from './noc-stack/score.ts'
import { observeRoutersOfAllSites, NocSiteProcess } from './noc-stack/site.ts'
import { nocSystems, type NocSystemSettingsVariant } from './noc-stack/systems.ts'
import { zabbixSystem } from './noc-stack/zabbix.ts'
import {
  type NocSystemProcesses,
  type NocSystemResourceUsage,
  measureResourceUsageOfSystems,
} from './noc-stack/usage.ts'
import { type ObservedRouterStates } from './simulator/observed-world.ts'
import { parseSimulatorScenario, startSimulator } from './simulator/index.ts'

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '100' },
    sites: { type: 'string', default: '20' },
    minutes: { type: 'string', default: '28' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', multiple: true, default: [] },
    /** kinds of faults, separated by commas; empty = all */
    kinds: { type: 'string', default: '' },
    /** file that receives all faults and notifications */
    keep: { type: 'string' },
  },
})
const [wanted, minutes] = [Number(values.faults), Number(values.minutes)]
const count = Math.min(Number(values.sites), MAX_SITES, wanted)
const sites = Array.from({ length: count }, (_, n) => createNocSite(n))
const isWanted = (name: string) => values.only.length === 0 || values.only.some((one) => name.startsWith(one))

/**
 * Returns the selected kinds of faults.
 * @throws RangeError for an unknown kind
 */
function chosenKinds(): FaultName[] {
  const asked = values.kinds.split(',').filter((name) => name !== '')
  const unknown = asked.find((name) => !(name in nocFaults))
  if (unknown) throw new RangeError(`--kinds: there is no ${unknown}; there are ${faultNames.join(', ')}`)
  return asked.length === 0 ? faultNames : faultNames.filter((name) => asked.includes(name))
}
const systems = choosePeerwatchSystems(values.only)
const sendsLogs = systems.some(({ withLogs }) => withLogs)
const IDENTITY_HEADER = 'bench-identity-header'
/** Time for which one observation of all routers is reused. */
const READING_MS = 500
const EXPORTERS = 'frr exporters'
/** Time for all systems to observe the healthy state. */
const CALM_MS = 60_000

const missing = [
  ['prometheus-frr-exporter', 'prometheus-frr-exporter'],
  ['bird', 'bird2'],
  ...(sendsLogs ? [['rsyslogd', 'rsyslog']] : []),
].flatMap(([program = '', name = '']) => (findProgramPath(program) ? [] : [name]))
if (process.getuid?.() !== 0 || missing.length > 0) {
  printBenchLine(`noc-stack needs root${missing.length > 0 ? ` and: apt-get install frr ${missing.join(' ')}` : ''}`)
  process.exit(1)
}

const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-noc-'))
chmodSync(folder, 0o777)
const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })]
const closeAll = async () => {
  for (const close of closing.splice(0).toReversed()) await close()
}
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void closeAll().finally(() => process.exit(1)))
try {
  await run()
} finally {
  await closeAll()
}

async function run(): Promise<void> {
  const { hooks, url: hookUrl } = await AlarmWebhookReceiver.start(path.join(folder, 'hook.sock'))
  closing.push(() => hooks.close())
  const ports = new Map<string, PeerwatchPorts>()
  for (const { name } of systems)
    ports.set(name, { bmp: await findFreePort(), bgp: await findFreePort(), logs: await findFreePort() })
  const portsOf = ({ name }: { name: string }) => ports.get(name) ?? { bmp: 0, bgp: 0, logs: 0 }
  const collecting = systems.find(({ withBgp }) => withBgp)
  const management = await ManagementNetwork.start(folder, sites, {
    bmp: systems.filter(({ withBmp }) => withBmp).map((one) => portsOf(one).bmp),
    bgp: collecting ? portsOf(collecting).bgp : null,
    logs: systems.filter(({ withLogs }) => withLogs).map((one) => portsOf(one).logs),
  })
  closing.push(() => management.stop())
  const routers = await Promise.all(
    sites.map(({ n }) => NocSiteProcess.start({ n, sites: count, folder, noc: management.namespace, sendsLogs })),
  )
  closing.push(() => Promise.all(routers.map((one) => one.stop())))
  printBenchLine(`${count} sites are up`)
  let reading: { at: number; observed: Promise<ObservedRouterStates> } | null = null
  const observe = () => {
    if (!reading || performance.now() - reading.at > READING_MS)
      reading = { at: performance.now(), observed: observeRoutersOfAllSites(routers) }
    return reading.observed
  }
  const scenario = parseSimulatorScenario(createNocEstate(sites))

  const started: { name: string; setting: string }[] = []
  const owned = new Map<string, NocSystemProcesses>([
    [EXPORTERS, { pids: routers.flatMap(({ exporters }) => exporters) }],
  ])
  const products: StartedPeerwatchSystem[] = []
  for (const system of systems) {
    const { name, settings } = system
    // each product has its own simulated Azure, because a single one would refuse one of two simultaneous operations on
    // the same circuit
    const simulator = await startSimulator({ scenario, profile: 'azure', identityHeader: IDENTITY_HEADER, observe })
    closing.push(() => simulator.close())
    const azure = { url: simulator.url, identityHeader: IDENTITY_HEADER }
    const product = await startPeerwatch(system, { azure, hookUrl, ports: portsOf(system), sites })
    closing.push(() => product.stop())
    products.push(product)
    owned.set(name, product)
    started.push({ name, setting: settings })
    printBenchLine(`${name} runs`)
  }
  // Routers can connect to the receivers of BMP and BGP only from now on. If they could connect before, each router
  // would try to connect several times a second while the products are still starting.
  await management.join(sites)
  for (const { name, packages, settings, start } of [...nocSystems, zabbixSystem].filter((one) => isWanted(one.name))) {
    const absent = packages.filter((one) => readDebianPackageVersion(one) === null)
    if (absent.length > 0) {
      printBenchLine(`${name} is left out: apt-get install ${absent.join(' ')}`)
      continue
    }
    for (const setting of ['shipped', 'tuned'] satisfies NocSystemSettingsVariant[]) {
      const full = `${name}, ${setting}`
      const own = path.join(folder, `${packages[0]}-${setting}`)
      mkdirSync(own)
      chmodSync(own, 0o777)
      const { stop, ...processes } = await start({ name: full, setting, folder: own, management, sites })
      if (stop) closing.push(stop)
      owned.set(full, processes)
      started.push({ name: full, setting: settings[setting] })
      printBenchLine(`${full} runs`)
    }
  }
  for (const product of products)
    await product.ready().catch((error: unknown) => printBenchLine(`BEGUN ALL THE SAME: ${(error as Error).message}`))
  await delay(CALM_MS)

  const loads: number[] = []
  const timer = setInterval(() => loads.push(loadavg()[0] ?? 0), 10_000)
  const before = measureResourceUsageOfSystems(owned)
  const begun = Date.now()
  const happened = await faultsOf(routers)
  // late notifications can still arrive
  await delay(Math.max(2 * CALM_MS, begun + minutes * 60_000 - Date.now()))
  const after = measureResourceUsageOfSystems(owned)
  clearInterval(timer)
  const shown = loads.toSorted((a, b) => a - b)
  printBenchLine(
    `noc-stack, ${new Date().toISOString()}, ${cpus().length} cores, load ${shown[0]?.toFixed(1)} to ${shown.at(-1)?.toFixed(1)}, Node ${process.version}`,
  )
  const kinds = [...Map.groupBy(happened, ({ name }) => name)].map(([name, all]) => `${all.length} ${name}`)
  printBenchLine(
    `${happened.length} faults (seed ${values.seed}) at ${count} sites in ${Math.round((Date.now() - begun) / 60_000)} min: ${kinds.join(', ')}`,
  )
  if (values.keep !== undefined)
    writeFileSync(values.keep, JSON.stringify({ started, happened, hooks: hooks.all, unread: hooks.unread, begun }))
  report(started, happened, hooks, begun, before, after)
}

async function faultsOf(routers: readonly NocSiteProcess[]): Promise<InjectedNocFault[]> {
  const choose = createNocFaultChooser(createRandom(Number(values.seed)), chosenKinds())
  const turns = Math.ceil(wanted / count)
  const turnMs = (minutes * 60_000) / (turns + 1)
  const all = Array.from({ length: wanted }, choose)
  const begun = Date.now()
  const done = await Promise.all(
    routers.map(async (site, n) => {
      const own: InjectedNocFault[] = []
      for (const [turn, chosen] of all.filter((_, at) => at % count === n).entries()) {
        await delay(begun + turnMs * (turn + n / count) + chosen.afterMs - Date.now())
        try {
          own.push(await site.make(chosen))
        } catch (error) {
          printBenchLine(`FAILED: ${chosen.name} on ${chosen.on} of site ${n + 1}: ${(error as Error).message}`)
          break
        }
      }
      return own
    }),
  )
  return done.flat().toSorted((a, b) => a.act - b.act)
}

function report(
  started: readonly { name: string; setting: string }[],
  happened: readonly InjectedNocFault[],
  hooks: AlarmWebhookReceiver,
  begun: number,
  before: Map<string, NocSystemResourceUsage>,
  after: Map<string, NocSystemResourceUsage>,
): void {
  const head =
    'found|false|begin off p50|p95|length off p50|p95|cause named|to webhook p50|p95|woken|without need|not woken in need|CPU s|MB'
  const rows = started.map(({ name, setting }) => {
    const score = scoreAlarmsOfSystem(
      happened,
      hooks.all.filter(({ system, at }) => system === name && at >= begun),
    )
    const [from, to] = [before.get(name), after.get(name)]
    const cells = [
      `${score.found} of ${score.of}`,
      `${score.falseAlerts}`,
      formatQuantile(score.begin, 0.5),
      formatQuantile(score.begin, 0.95),
      formatQuantile(score.length, 0.5),
      formatQuantile(score.length, 0.95),
      `${score.named} of ${score.nameable}`,
      formatQuantile(score.delays, 0.5),
      formatQuantile(score.delays, 0.95),
      `${score.woken}`,
      score.woken === 0 ? '-' : `${Math.round((100 * score.needless) / score.woken)} %`,
      `${score.overslept}`,
      to ? (to.cpu - (from?.cpu ?? 0)).toFixed(0) : '-',
      to ? to.memory.toFixed(0) : '-',
    ]
    return { name, setting, score, cells }
  })
  const exporters = after.get(EXPORTERS)
  const theirs = (exporters?.cpu ?? 0) - (before.get(EXPORTERS)?.cpu ?? 0)
  const table = [['', ...head.split('|')], ...rows.map(({ name, cells }) => [name, ...cells])]
  const widths = table[0]?.map((_, n) => Math.max(...table.map((row) => row[n]?.length ?? 0))) ?? []
  for (const row of table) printBenchLine(`  ${row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  ')}`.trimEnd())
  printBenchLine(
    '  seconds; a found fault has a notification of its site; off: from the act and the outage; to webhook: from the first router that knew',
  )
  printBenchLine(
    '  woken: each fault is a night; without need: no prefix lost all paths; Peerwatch wakes with needsYou now, the others with each alarm',
  )
  printBenchLine(
    `  frr exporters, asked by all of Prometheus and Icinga: ${theirs.toFixed(0)} s, ${exporters?.memory.toFixed(0)} MB`,
  )
  for (const { name, setting, score } of rows) {
    printBenchLine(`\n${name}: ${setting}`)
    const missed = [...Map.groupBy(score.missed, (one) => one.name)].map(([kind, all]) => `${all.length} ${kind}`)
    printBenchLine(`  missed: ${missed.join(', ') || 'none'}`)
    for (const { at, site, text } of score.falseOnes.slice(0, 10))
      printBenchLine(`  false: ${new Date(at).toISOString()} site ${site === null ? 'none' : site + 1}, ${text}`)
  }
  for (const unread of hooks.unread.slice(0, 5)) printBenchLine(`NOT READ: ${unread}`)
}
