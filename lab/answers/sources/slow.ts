/**
 * Truth from a simulated Azure with the delays of the real one: long operations, locks, 429s, and late or incomplete
 * responses. A worker polls it in real time.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { startProductWorker } from '../../product/start-worker.ts'
import {
  createClock,
  oneCircuitScenario,
  parseSimulatorScenario,
  createProfileWithChoices,
  startSimulator,
} from '../../simulator/index.ts'
import { killProcessAndWait } from '../../simulator/daemons/namespaces.ts'
import { drawRandomEstateChanges } from '../script.ts'
import { type ReceivedAzureRequest, type EstateGroundTruth, truthOfWorld } from '../truth.ts'

const IDENTITY_HEADER = 'bench-identity-header'
/** Factor for all times of Azure and of the worker, so that a run covers five times as much. */
const SCALE = 0.2
const EVERY = {
  POLL_SESSIONS_EVERY: '12s',
  POLL_CIRCUITS_EVERY: '12s',
  POLL_ROUTES_EVERY: '60s',
  POLL_INVENTORY_EVERY: '2m',
  POLL_METRICS_EVERY: '1h',
  POLL_ACTIVITY_EVERY: '1h',
}
const FIRST_READ_MS = 2 * MS_PER_MINUTE
/**
 * Maximum time between two good session polls. After the last good poll, one interval passes, then a scaled operation
 * of up to one minute runs. The same time is added for one refused poll.
 */
const SESSIONS_MS = 60 * MS_PER_SECOND
/** Maximum time between two good polls of a table, which is four intervals of table polls. */
const TABLES_MS = 5 * MS_PER_MINUTE
/**
 * Query string by which the requests of a second client are recognized. This client also queries the gateway, so that
 * its operations lock the gateway for the worker.
 */
const BESIDE = 'api-version=2025-01-01&by=another'
const ASKED_BESIDE_MS = 50 * MS_PER_SECOND

export async function truthOfSlow(db: Database, minutes: number, random: () => number): Promise<EstateGroundTruth> {
  const from = Date.now() + FIRST_READ_MS
  const to = from + minutes * MS_PER_MINUTE
  const happenings = drawRandomEstateChanges(random, {
    from: FIRST_READ_MS / MS_PER_SECOND,
    until: (to - Date.now()) / MS_PER_SECOND,
    leastSeconds: 45,
    lasts: 60,
    quiet: 60,
    refusals: ['429', '500', '503', '409', 'slow', 'reset', 'half-body', 'garbage', 'never-done'],
    refusedSeconds: 15,
  })
  const profile = createProfileWithChoices('azure', { timeScale: SCALE })
  const requests: ReceivedAzureRequest[] = []
  const simulator = await startSimulator({
    scenario: parseSimulatorScenario({ ...oneCircuitScenario, happenings }),
    profile,
    clock: createClock(Date.now()),
    identityHeader: IDENTITY_HEADER,
    onAnswer: ({ target, method, status }) => {
      const isTaken = method === 'POST' ? status === 202 : status === 200
      if (isTaken && !target.includes(BESIDE)) requests.push({ at: Date.now(), target })
    },
  })
  const worker = startProductWorker(db.url, simulator.url, IDENTITY_HEADER, EVERY)
  try {
    while (Date.now() < to + SESSIONS_MS) {
      await delay(ASKED_BESIDE_MS)
      await fetchConcurrently(simulator.url)
    }
  } finally {
    await killProcessAndWait(worker)
    await simulator.close()
  }
  return truthOfWorld({
    world: simulator.world(),
    from,
    to,
    sessionsMs: SESSIONS_MS,
    tablesMs: TABLES_MS,
    countersLateMs: profile.statsEveryMs,
    hasCosts: false,
    polled: { requests, sessionsMs: 12 * MS_PER_SECOND, tablesMs: MS_PER_MINUTE },
  })
}

/** Starts an operation as another client, without waiting for its end. */
async function fetchConcurrently(url: string): Promise<void> {
  const { subscriptions = [], gateways = [] } = oneCircuitScenario
  const identity = { headers: { 'x-identity-header': IDENTITY_HEADER } }
  const resource = encodeURIComponent('https://management.azure.com/')
  const given = await fetch(`${url}/msi/token?resource=${resource}&api-version=2019-08-01`, identity)
  const { access_token: token } = (await given.json()) as { access_token: string }
  const gateway = `/subscriptions/${subscriptions[0]?.id}/resourceGroups/${gateways[0]?.group}/providers/Microsoft.Network/virtualNetworkGateways/${gateways[0]?.name}`
  await fetch(`${url}${gateway}/getLearnedRoutes?${BESIDE}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  }).catch(() => null)
}
