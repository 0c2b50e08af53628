/**
 * Whether anything is lost, doubled or made up, whatever befalls the product: `npm run torture -- [--rounds=10] [--seed=1] [--seconds=20]
 * [--circuits=4] [--patience=1]`.
 *
 * The whole product polls a simulated Azure, with everything every 2 to 8 s. In each round two to five faults, chosen by the seed, befall it
 * in any combination; sessions and paths fall meanwhile, and small commands are sent to its API. Then everything that it recorded, showed
 * and sent is held against what truly happened. With `--virtual` rounds are played in memory (`torture/virtual-round.ts`). It exits with 1 when anything was wrong. A round is repeated by `--rounds=1` and its seed. As
 * root its data lie on a small disk of their own; else its disk is never full.
 */
import { parseArgs } from 'node:util'
import { parseScenario, profileOf, startSimulator } from '#lib/simulator/index.ts'
import { setChannel, shortenIncidents } from '../../freezes/alerting.ts'
import { startReceiver } from '../../freezes/receiver.ts'
import { print, printMachine } from '../../screens/figures.ts'
import { torturedEstate } from './estate.ts'
import { notificationsOf } from './alerting.ts'
import { faultKinds, planRound, processNames, roundText } from './plan.ts'
import { TorturedProduct } from './product.ts'
import { type RoundResult, Run } from './run.ts'
import { planVirtualRound, playVirtualRound } from './virtual-round.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '20' },
    circuits: { type: 'string', default: '4' },
    // in memory, at virtual time
    virtual: { type: 'boolean', default: false },
    // how many times as long as on an idle machine everything may take
    patience: { type: 'string', default: '1' },
  },
})
const IDENTITY_HEADER = 'torture'
/** bin/torture.ts gives it a mount namespace of its own, so that its disk is there for this process alone. */
const hasOwnDisk = process.env.PEERWATCH_TORTURE_NAMESPACE === '1'

if (values.virtual) await playVirtual()
else await main()

async function main(): Promise<void> {
  const circuits = Number(values.circuits)
  const rounds = Number(values.rounds)
  const simulator = await startSimulator({
    scenario: parseScenario(torturedEstate(circuits)),
    profile: profileOf('azure', { timeScale: 0.01 }),
    identityHeader: IDENTITY_HEADER,
  })
  const receiver = await startReceiver()
  const target = new TorturedProduct({
    ownDisk: hasOwnDisk,
    environment: {
      // by a name, which can be unknown
      AZURE_RESOURCE_MANAGER_URL: simulator.url.replace('127.0.0.1', 'localhost'),
      AZURE_MONITOR_METRICS_URL: simulator.url.replace('127.0.0.1', 'localhost'),
      IDENTITY_ENDPOINT: `${simulator.url}/msi/token`,
      IDENTITY_HEADER,
      OUTBOUND_ALLOW: new URL(receiver.url).host,
      SECRETS_KEY: Buffer.alloc(32, 7).toString('base64'),
    },
  })
  const results: RoundResult[] = []
  try {
    printMachine()
    if (!hasOwnDisk) print('not root: the disk is never full')
    await target.start()
    await setChannel(target.url, receiver.url, 'torture')
    await shortenIncidents(target.url, 'torture')
    const notifications = (since: number) => notificationsOf(target.adminUrl, receiver, since)
    const run = new Run({ simulator, target, restore: target, notifications, patience: Number(values.patience) })
    const possible = {
      kinds: faultKinds.filter((kind) => hasOwnDisk || kind !== 'full_disk'),
      processes: processNames,
      circuits,
      subscriptions: Math.ceil(circuits / 2),
      restores: true,
      lengthMs: Number(values.seconds) * 1_000,
    }
    await run.begin()
    for (let n = 0; n < rounds; n++) {
      const round = planRound(Number(values.seed) + n, possible)
      print(roundText(round))
      const result = await run.play(round)
      results.push(result)
      report(result)
    }
  } catch (error) {
    print(`FAULT: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  } finally {
    await target.dispose()
    receiver.close()
    await simulator.close()
  }
  summarize(results)
}

async function playVirtual(): Promise<void> {
  let bad = 0
  for (let n = 0; n < Number(values.rounds); n++) {
    const round = planVirtualRound(Number(values.seed) + n)
    const faults = await playVirtualRound(round)
    if (faults.length === 0) continue
    bad += 1
    print(JSON.stringify(round))
    for (const fault of faults) print(`  FAULT: ${fault}`)
  }
  const { user, system } = process.cpuUsage()
  print(`${values.rounds} virtual rounds, ${bad} with faults, in ${((user + system) / 1e6).toFixed(0)} s of CPU`)
  if (bad > 0) process.exitCode = 1
}

function seconds(ms: number | null): string {
  return ms === null ? 'never' : `${(ms / 1_000).toFixed(1)} s`
}

function report({ faults, inTimeAfterMs, upAfterMs, writes, acknowledged, polls }: RoundResult): void {
  print(
    `  up after ${seconds(upAfterMs)}, all in time after ${seconds(inTimeAfterMs)}; ${polls} polls, ${acknowledged} of ${writes} writes acknowledged; ${faults.length} faults`,
  )
  for (const fault of faults) print(`  FAULT: ${fault}`)
  if (faults.length > 0) process.exitCode = 1
}

function summarize(results: readonly RoundResult[]): void {
  const bad = results.filter(({ faults }) => faults.length > 0)
  const times = results.flatMap(({ inTimeAfterMs }) => inTimeAfterMs ?? []).toSorted((a, b) => a - b)
  const sum = (of: (result: RoundResult) => number) => results.reduce((total, result) => total + of(result), 0)
  print(
    `\n${results.length} rounds, ${bad.length} with faults${bad.length > 0 ? ` (seeds ${bad.map(({ round }) => round.seed).join(', ')})` : ''}`,
  )
  print(
    `all sources in time again: median ${seconds(times[Math.floor(times.length / 2)] ?? null)}, longest ${seconds(times.at(-1) ?? null)}; ${sum(({ polls }) => polls)} polls, ${sum(({ acknowledged }) => acknowledged)} writes acknowledged`,
  )
}
