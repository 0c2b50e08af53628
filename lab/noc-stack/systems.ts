/**
 * The compared systems. Each runs separately, with its own files from `debian/`, which are filled in and written to a
 * separate folder.
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { CIRCUIT_PATH_NAMES } from '../simulator/daemons/network.ts'
import type { NocSite } from './estate.ts'
import { HOOK_PORT, type ManagementNetwork, findProgramPath } from './management.ts'
import { EXPORTER_PORT } from './site-routers.ts'
import type { NocSystemProcesses } from './usage.ts'

export type NocSystemSettingsVariant = 'shipped' | 'tuned'

/** Parameters with which a system is started. */
export interface NocSystemStartOptions {
  name: string
  setting: NocSystemSettingsVariant
  folder: string
  management: ManagementNetwork
  sites: readonly NocSite[]
}

export interface StartedNocSystem extends NocSystemProcesses {
  stop?: () => Promise<unknown>
}

export interface NocSystem {
  name: string
  /** Debian packages, all of which the system needs */
  packages: readonly string[]
  settings: Record<NocSystemSettingsVariant, string>
  start: (start: NocSystemStartOptions) => Promise<StartedNocSystem>
}

/**
 * Number of prefixes that FRR counts as advertised if there is no fault: three prefixes of the customer, and the prefix
 * of Azure.
 */
export const FAULTLESS_ADVERTISED_PREFIX_COUNT = 4

/** Returns one target for each router: its name, its exporter's address, and Azure's end of its path. */
export const listMonitoringTargets = (sites: readonly NocSite[]) =>
  sites.flatMap(({ id, managed, msee }) =>
    CIRCUIT_PATH_NAMES.map((on) => ({ site: `site-${id}`, id, on, router: managed[on], msee: msee[on] })),
  )

export function findProgramPathOrThrow(name: string): string {
  const found = findProgramPath(name)
  if (!found) throw new Error(`there is no ${name}`)
  return found
}

/**
 * Writes files of `debian/` to a system's folder.
 * @param values values for the names in double braces, in addition to the common ones
 */
export function writeConfigFiles(
  { name, setting, folder }: NocSystemStartOptions,
  files: readonly string[],
  values: Record<string, unknown> = {},
) {
  const hook = `http://127.0.0.1:${HOOK_PORT}/${encodeURIComponent(name)}`
  const all: Record<string, unknown> = { folder, setting, hook, prefixes: FAULTLESS_ADVERTISED_PREFIX_COUNT, ...values }
  for (const file of files) {
    const text = readFileSync(path.join(import.meta.dirname, 'debian', `${file}.in`), 'utf8')
    writeFileSync(
      path.join(folder, file),
      text.replaceAll(/\{\{(\w+)\}\}/g, (_, key: string) => String(all[key])),
    )
    if (file.endsWith('.sh')) chmodSync(path.join(folder, file), 0o755)
  }
}

async function prometheus(start: NocSystemStartOptions): Promise<StartedNocSystem> {
  const { setting, folder, management, sites } = start
  const isTuned = setting === 'tuned'
  const [port, alerts] = isTuned ? [9_190, 9_193] : [9_090, 9_093]
  const targets = listMonitoringTargets(sites).map(
    ({ site, on, router }) => `  - { targets: ['${router}:${EXPORTER_PORT}'], labels: { site: ${site}, path: ${on} } }`,
  )
  const grouping = isTuned
    ? "group_by: ['...'], group_wait: 0s, group_interval: 1s"
    : "group_by: ['alertname', 'cluster', 'service'], group_wait: 30s, group_interval: 5m"
  const values = { every: isTuned ? '2s' : '15s', alerts, targets: targets.join('\n'), grouping }
  writeConfigFiles(start, ['prometheus.yml', `rules.${setting}.yml`, 'alertmanager.yml'], values)
  const alertmanager = await management.run(findProgramPathOrThrow('prometheus-alertmanager'), [
    `--config.file=${folder}/alertmanager.yml`,
    `--storage.path=${folder}/alerts`,
    `--web.listen-address=127.0.0.1:${alerts}`,
    '--cluster.listen-address=',
  ])
  const server = await management.run(findProgramPathOrThrow('prometheus'), [
    `--config.file=${folder}/prometheus.yml`,
    `--storage.tsdb.path=${folder}/data`,
    `--web.listen-address=127.0.0.1:${port}`,
  ])
  return { pids: [alertmanager, server] }
}

async function icinga(start: NocSystemStartOptions): Promise<StartedNocSystem> {
  const { setting, folder, management, sites } = start
  const isTuned = setting === 'tuned'
  // shipped: Debian's conf.d/templates.conf
  const times = (attempts: number) =>
    isTuned
      ? 'max_check_attempts = 1; check_interval = 5s; retry_interval = 1s'
      : `max_check_attempts = ${attempts}; check_interval = 1m; retry_interval = 30s`
  const hosts = listMonitoringTargets(sites).map(
    ({ site, on, router, msee }) =>
      `object Host "${site} ${on}" { import "router"; address = "${msee}"; vars.router = "${router}" }`,
  )
  const values = { hostTimes: times(3), serviceTimes: times(5), port: EXPORTER_PORT, isTuned, hosts: hosts.join('\n') }
  writeConfigFiles(start, ['icinga2.conf', 'hook.sh'], values)
  const folders = { DataDir: 'data', LogDir: 'log', CacheDir: 'cache', SpoolDir: 'spool', InitRunDir: 'run' }
  for (const one of Object.values(folders)) mkdirSync(path.join(folder, one))
  const constants = [
    'RunAsUser=root',
    'RunAsGroup=root',
    ...Object.entries(folders).map(([c, f]) => `${c}=${folder}/${f}`),
  ]
  const args = ['daemon', '-c', `${folder}/icinga2.conf`, ...constants.flatMap((one) => ['-D', one])]
  return { pids: [await management.run(findProgramPathOrThrow('icinga2'), args)] }
}

async function smokeping(start: NocSystemStartOptions): Promise<StartedNocSystem> {
  const { setting, folder, management, sites } = start
  for (const one of ['data', 'images', 'run']) mkdirSync(path.join(folder, one))
  const targets = listMonitoringTargets(sites).map(
    ({ id, on, msee }) =>
      `${on === 'primary' ? `+ site${id}\nmenu = ${id}\ntitle = ${id}\n` : ''}++ ${on}\nmenu = ${on}\ntitle = ${on}\nhost = ${msee}\nalerts = loss`,
  )
  const values = {
    // `shipped` uses the pattern of Debian's configuration file that raises an alarm soonest
    shipped: { step: 300, pings: 20, pattern: '>0%,*12*,>0%,*12*,>0%' },
    tuned: { step: 10, pings: 5, pattern: '>20%' },
  }[setting]
  writeConfigFiles(start, ['smokeping.conf', 'smokeping.sh', 'hook.sh'], { ...values, targets: targets.join('\n') })
  return {
    pids: [
      await management.run(findProgramPathOrThrow('smokeping'), [`--config=${folder}/smokeping.conf`, '--nodaemon']),
    ],
  }
}

export const nocSystems: NocSystem[] = [
  {
    name: 'Prometheus, Alertmanager',
    packages: ['prometheus', 'prometheus-alertmanager', 'prometheus-frr-exporter'],
    settings: { shipped: 'scrape and rules 15 s, groups 30 s and 5 min', tuned: 'scrape and rules 2 s, no grouping' },
    start: prometheus,
  },
  {
    name: 'Icinga',
    packages: ['icinga2-bin', 'icinga2-common', 'monitoring-plugins-basic', 'prometheus-frr-exporter'],
    settings: { shipped: 'checks 1 min, 5 attempts 30 s apart', tuned: 'checks 5 s, 1 attempt' },
    start: icinga,
  },
  {
    name: 'Smokeping',
    packages: ['smokeping', 'fping'],
    settings: { shipped: '20 pings each 5 min, loss in 3 of them', tuned: '5 pings each 10 s, loss in one' },
    start: smokeping,
  },
]
