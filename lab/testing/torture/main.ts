/**
 * Tests whether the product loses, duplicates or invents data under any combination of faults: `npm run torture --
 * [--rounds=10] [--seed=1] [--seconds=20] [--circuits=4] [--patience=1] [--standby | --partitions | --patroni]
 * [--faults=kill,budget] [--record]`.
 * The whole product polls a simulated Azure, every source each 2 to 8 s. In each round two to five faults, selected by
 * the seed, occur in any combination. Meanwhile sessions and paths go down, and small commands are sent to the API.
 * Then everything that the product recorded, displayed and sent is compared with the true events. With `--virtual`,
 * rounds are played in memory (`torture/virtual-round.ts`). Exits with 1 if data was lost, duplicated, changed or
 * invented, with 2 if something did not recover in time, with 3 for both, and with 4 if the run itself failed.
 * `--rounds=1` with a seed repeats a round. If run as root, the data is on a small separate disk; otherwise faults of
 * the disk are left out.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startServerPair } from '#lib/platform/testing/server-pair.ts'
import { parseSimulatorScenario, createProfileWithChoices, startSimulator } from '../../simulator/index.ts'
import { setChannel, shortenIncidents } from '../../freezes/alerting.ts'
import { startReceiver } from '../../freezes/receiver.ts'
import { printFigureLine, printMachine } from '../../screens/figures.ts'
import { CLOCK_FAULT_CASES, runClockFaultCases } from './clocks.ts'
import { createTortureTestEstate } from './estate.ts'
import { compareNotificationsWithIncidents } from './alerting.ts'
import { listSafetyAndLivenessFaults, type SafetyAndLivenessFaults } from './audit.ts'
import { TortureTestDeployment } from './machines.ts'
import { EXTERNAL_SERVICES_ADDRESS } from './network.ts'
import { type FaultKind, faultKinds, planRound, formatRound } from './plan.ts'
import { TortureTestProduct } from './product.ts'
import { LifelessError, type RoundResult, TortureRun } from './run.ts'
import type { TortureTestTarget } from './target.ts'
import { planVirtualDay, planVirtualRound, playVirtualRound } from './virtual-round.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '20' },
    circuits: { type: 'string', default: '4' },
    // play in memory, at virtual time
    virtual: { type: 'boolean', default: false },
    // with `--virtual`: rounds of a day in which budgets are exhausted repeatedly
    days: { type: 'boolean', default: false },
    // use a primary and a standby instead of the server that Peerwatch runs
    standby: { type: 'boolean', default: false },
    // run worker, web, primary and standby as separate machines between which packets are dropped; needs root
    partitions: { type: 'boolean', default: false },
    // the same with three servers under Patroni, whose primary loses etcd
    patroni: { type: 'boolean', default: false },
    // append a line to lab/results/torture.txt
    record: { type: 'boolean', default: false },
    // instead of rounds, set and drift each process's clock while both paths of a circuit are cut: `all` cases, or the
    // first N
    clocks: { type: 'string', default: '' },
    // only these kinds of faults, separated by commas
    faults: { type: 'string', default: '' },
    // factor by which everything may take longer than on an idle machine
    patience: { type: 'string', default: '1' },
  },
})
const IDENTITY_HEADER = 'torture'
/** Number of virtual rounds between progress messages, because ten thousand rounds take more than an hour. */
const SAID_EVERY = 500
/** Whether bin/torture.ts created a separate mount namespace, so that only this process sees the mounted disk. */
const hasOwnDisk = process.env.PEERWATCH_TORTURE_NAMESPACE === '1'

/** Number of faults of each kind; `broken` counts failures of the run itself. */
const count = { rounds: 0, faults: 0, safety: 0, liveness: 0, broken: 0 }
const COUNTED = path.resolve(import.meta.dirname, '../../results/torture.txt')

if (values.virtual) await playVirtual()
else await main()
// exit explicitly, because work started by a failed round would never end
process.exit(verdict())

async function main(): Promise<void> {
  const circuits = Number(values.circuits)
  const rounds = Number(values.rounds)
  const isApart = values.partitions || values.patroni
  if (isApart && !hasOwnDisk) throw new Error('network partitions need namespaces: run it as root')
  const parts: Record<string, string> = {}
  const apart = isApart ? new TortureTestDeployment(parts, values.patroni) : null
  await apart?.open()
  const simulator = await startSimulator({
    scenario: parseSimulatorScenario(createTortureTestEstate(circuits)),
    profile: createProfileWithChoices('azure', { timeScale: 0.01 }),
    identityHeader: IDENTITY_HEADER,
    ...(apart && { host: EXTERNAL_SERVICES_ADDRESS }),
  })
  const receiver = await startReceiver(apart ? EXTERNAL_SERVICES_ADDRESS : undefined)
  const servers = values.standby && !apart ? await startServerPair() : null
  await servers?.waitForStandby()
  const hook = receiver.url.replace(EXTERNAL_SERVICES_ADDRESS, 'localhost')
  // use a name, so that its resolution can fail
  const azure = `http://localhost:${new URL(simulator.url).port}`
  const environment = Object.assign(parts, {
    AZURE_RESOURCE_MANAGER_URL: azure,
    AZURE_MONITOR_METRICS_URL: azure,
    IDENTITY_ENDPOINT: `${azure}/msi/token`,
    IDENTITY_HEADER,
    OUTBOUND_ALLOW: new URL(hook).host,
    SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
  })
  const target = apart ?? new TortureTestProduct({ ownDisk: hasOwnDisk, servers, environment })
  const results: RoundResult[] = []
  try {
    printMachine()
    if (!hasOwnDisk) printFigureLine('not root: the disk is never full')
    await target.start()
    await setChannel(target.url, hook, 'torture')
    await shortenIncidents(target.url, 'torture')
    const notifications = (since: number, until: number) =>
      compareNotificationsWithIncidents(target.adminUrl, receiver, since, until)
    // a backup is restored into the product's own server, so this is possible only without external servers
    const restore = target instanceof TortureTestProduct && !servers ? { restore: target } : {}
    const run = new TortureRun({ simulator, target, ...restore, notifications, patience: Number(values.patience) })
    const possible = {
      kinds: kindsFor(target),
      processes: target.processes,
      circuits,
      subscriptions: Math.ceil(circuits / 2),
      restores: 'restore' in restore,
      lengthMs: Number(values.seconds) * 1_000,
      ...(apart && { partitions: apart.partitions }),
    }
    await run.begin()
    if (values.clocks !== '') {
      const cases = values.clocks === 'all' ? CLOCK_FAULT_CASES : CLOCK_FAULT_CASES.slice(0, Number(values.clocks))
      const wrong = await runClockFaultCases(target, simulator, cases)
      printFigureLine(`\n${cases.length} clocks, ${wrong.length} faults`)
      count.safety += wrong.length
      return
    }
    for (let n = 0; n < rounds; n++) {
      const round = planRound(Number(values.seed) + n, possible)
      printFigureLine(formatRound(round))
      const result = await run.play(round)
      results.push(result)
      report(result)
      if (apart) printFigureLine(`  the primary is ${new URL(apart.adminUrl).hostname}`)
    }
    reportFaults(await run.finish())
  } catch (error) {
    printFigureLine(`FAULT: ${error instanceof Error ? error.message : String(error)}`)
    count[error instanceof LifelessError ? 'liveness' : 'broken'] += 1
  } finally {
    receiver.close()
    await simulator.close()
    await target.dispose()
    await servers?.stop()
  }
  if (results.length > 0) summarize(results)
}

/** Returns the kinds of faults that are possible here and were requested. */
function kindsFor({ disk, failOver, cut, limitMemory }: TortureTestTarget): FaultKind[] {
  const asked = values.faults === '' ? null : values.faults.split(',')
  const unknown = asked?.find((name) => !(faultKinds as readonly string[]).includes(name))
  if (unknown) throw new Error(`there is no fault "${unknown}", only ${faultKinds.join(', ')}`)
  const impossible = new Set<FaultKind>([
    ...(disk?.fill ? [] : ['full_disk' as const]),
    ...(disk?.pause ? [] : ['disk_pause' as const]),
    ...(disk?.refuseWrites ? [] : ['failing_writes' as const]),
    ...(failOver ? [] : ['failover' as const]),
    ...(limitMemory ? [] : ['memory' as const]),
    ...(cut ? [] : ['partition' as const]),
  ])
  return faultKinds.filter((kind) => !impossible.has(kind) && (!asked || asked.includes(kind)))
}

async function playVirtual(): Promise<void> {
  const rounds = Number(values.rounds)
  let bad = 0
  for (let n = 1; n <= rounds; n++) {
    const round = (values.days ? planVirtualDay : planVirtualRound)(Number(values.seed) + n - 1)
    const faults = await playVirtualRound(round)
    if (faults.length > 0) {
      bad += 1
      printFigureLine(JSON.stringify(round))
      for (const fault of faults) printFigureLine(`  FAULT: ${fault}`)
    }
    if (n % SAID_EVERY === 0 || n === rounds) {
      const { user, system } = process.cpuUsage()
      printFigureLine(`${n} virtual rounds, ${bad} with faults, in ${((user + system) / 1e6).toFixed(0)} s of CPU`)
    }
    // a virtual round never waits for the event loop, and weakly referenced objects, such as a signal and its client,
    // are released only when the loop runs
    await setImmediate()
  }
  Object.assign(count, { rounds, safety: bad })
}

/**
 * Prints the number of faults of each kind.
 * @returns exit code: 1 = safety, 2 = liveness, 3 = both, 4 = failure of the run itself
 */
function verdict(): number {
  const { rounds, faults, safety, liveness, broken } = count
  printFigureLine(
    `safety: ${safety} faults in ${rounds} rounds; liveness: ${liveness}${broken > 0 ? '; it could not be played to its end' : ''}`,
  )
  if (values.record) {
    const commit = spawnSync('git', ['rev-parse', '--short', 'HEAD'], {
      encoding: 'utf8',
      cwd: import.meta.dirname,
    }).stdout.trim()
    const form = ['virtual', 'days', 'standby', 'partitions', 'patroni'].filter(
      (name) => name in values && values[name as 'virtual'],
    )
    const day = new Date().toISOString().slice(0, 10)
    appendFileSync(
      COUNTED,
      `| ${[day, commit, form.join(' ') || 'one server', values.seed, rounds, faults, safety, liveness, broken].join(' | ')} |\n`,
    )
  }
  return broken > 0 ? 4 : Number(safety > 0) + 2 * Number(liveness > 0)
}

function seconds(ms: number | null): string {
  return ms === null ? 'never' : `${(ms / 1_000).toFixed(1)} s`
}

function report({ round, inTimeAfterMs, upAfterMs, writes, acknowledged, polls, ...verdicts }: RoundResult): void {
  const { safety, liveness } = verdicts
  count.rounds += 1
  count.faults += round.faults.length
  printFigureLine(
    `  up after ${seconds(upAfterMs)}, all in time after ${seconds(inTimeAfterMs)}; ${polls} polls, ${acknowledged} of ${writes} writes acknowledged; ${safety.length + liveness.length} faults`,
  )
  reportFaults(verdicts)
}

function reportFaults({ safety, liveness }: SafetyAndLivenessFaults): void {
  for (const fault of safety) printFigureLine(`  SAFETY: ${fault}`)
  for (const fault of liveness) printFigureLine(`  LIVENESS: ${fault}`)
  count.safety += safety.length
  count.liveness += liveness.length
}

function summarize(results: readonly RoundResult[]): void {
  const bad = results.filter((one) => listSafetyAndLivenessFaults(one).length > 0)
  const times = results.flatMap(({ inTimeAfterMs }) => inTimeAfterMs ?? []).toSorted((a, b) => a - b)
  const sum = (of: (result: RoundResult) => number) => results.reduce((total, result) => total + of(result), 0)
  printFigureLine(
    `\n${results.length} rounds, ${bad.length} with faults${bad.length > 0 ? ` (seeds ${bad.map(({ round }) => round.seed).join(', ')})` : ''}`,
  )
  printFigureLine(
    `all sources in time again: median ${seconds(times[Math.floor(times.length / 2)] ?? null)}, longest ${seconds(times.at(-1) ?? null)}; ${sum(({ polls }) => polls)} polls, ${sum(({ acknowledged }) => acknowledged)} writes acknowledged`,
  )
}
