import { afterAll, beforeAll, expect, it } from 'vitest'
import { createAzureClient } from '#lib/azure/index.ts'
import type { EpochMs, PollKind, PollTarget } from '#lib/contract/index.ts'
import { getOrCreateSourceId, syncPollSchedule } from '#lib/history/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import { processLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { TopologyCache, recordPollAndRunDetection } from '#lib/poller/index.ts'
import {
  oneCircuitScenario,
  parseSimulatorScenario,
  type RunningSimulator,
  startSimulator,
} from '#lab/simulator/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { incidentMessageReaders } from '#lib/incidents/answers/index.ts'
import { createScopedReaders } from '#lib/questions/index.ts'
import type { IncidentMessageReaders } from './context.ts'
import { evaluateDueAlerts } from './jobs/alerts/evaluate-due-alerts.ts'
import { OutboxDeliverer } from './jobs/outbox/outbox-deliverer.ts'
import {
  requestIncidentEvaluation,
  listNotifications,
  replaceChannels,
  createSecretBox,
  createNotificationSender,
} from './index.ts'
import { defaultNotifySettings as settings } from './settings.ts'
import { type MailServer, startMailServer } from './testing/mail-server.ts'
import { loopbackOnly } from './testing/outbound.ts'
import { receiveWebhooks, TEST_WEBHOOK_SECRET, type WebhookReceiver } from './testing/webhook-receiver.ts'

/**
 * End-to-end test: the simulator cuts a session, the product's client polls it over HTTP, Postgres records an incident,
 * and a webhook and a mail are sent. The clock runs, and is advanced by a minute after each round of polls.
 */
const db = withTestDatabase()
const NETWORK = '/subscriptions/00000000-c0de-4000-8000-0000000000f1/resourceGroups/rg-pair/providers/Microsoft.Network'
const CIRCUIT = `${NETWORK}/expressRouteCircuits/erc-pair`
const POLLS: { kind: PollKind; target: PollTarget; localAddress?: string }[] = [
  { kind: 'inventory', target: { resourceId: '/subscriptions/00000000-c0de-4000-8000-0000000000f1', subresource: '' } },
  { kind: 'peers', target: { resourceId: `${NETWORK}/virtualNetworkGateways/gw-pair`, subresource: '' } },
  {
    kind: 'summary',
    target: { resourceId: CIRCUIT, subresource: 'AzurePrivatePeering/primary' },
    localAddress: '192.0.2.2',
  },
  {
    kind: 'summary',
    target: { resourceId: CIRCUIT, subresource: 'AzurePrivatePeering/secondary' },
    localAddress: '192.0.2.6',
  },
]
const LOST_AFTER_MS = 5 * MS_PER_MINUTE + 20_000
const LOST_FOR_MS = 4 * MS_PER_MINUTE + 10_000

let advanced = 0
const origin: EpochMs = Date.now()
const zero = performance.now()
const elapsed = () => advanced + performance.now() - zero
const clock: Clock = { now: () => Math.round(origin + elapsed()), monotonic: elapsed }

let simulator: RunningSimulator
let azure: ReturnType<typeof createAzureClient>
let receiver: WebhookReceiver
let mail: MailServer

beforeAll(async () => {
  const lost = { op: 'session-loss', circuit: 'erc-pair', path: 'primary', at: '+5m20s', for: '4m10s' } as const
  simulator = await startSimulator({
    scenario: parseSimulatorScenario({ ...oneCircuitScenario, happenings: [lost] }),
    clock: { now: clock.now, speed: 1 },
    origin,
    identityHeader: 'test-identity-header',
  })
  process.env.IDENTITY_ENDPOINT = `${simulator.url}/msi/token`
  process.env.IDENTITY_HEADER = 'test-identity-header'
  azure = createAzureClient({ resourceManagerUrl: simulator.url, subscriptionIds: '*', clock })
  receiver = await receiveWebhooks(TEST_WEBHOOK_SECRET)
  mail = await startMailServer()
})

afterAll(async () => {
  azure?.close()
  await simulator?.close()
  await receiver?.close()
  await mail?.close()
})

const estate = new TopologyCache()

async function pollAll(): Promise<void> {
  for (const { kind, target, localAddress = '' } of POLLS) {
    const observation = await azure.poll(target, kind)
    expect(observation.outcome).toBe('ok')
    await db.transaction(async (client) => {
      const sourceId = await getOrCreateSourceId(client, target)
      await recordPollAndRunDetection(client, sourceId, observation, {
        intervalSeconds: 60,
        localAddresses: { ipv4: localAddress, ipv6: null },
        estate,
        incidentsChanged: requestIncidentEvaluation,
      })
    })
  }
}

it('reports a lost session by webhook and by mail, and its end with the bounds of the outage', {
  timeout: 60_000,
}, async () => {
  const secrets = createSecretBox('a key of the test, long enough')
  const filters = {
    incidents: true,
    findings: false,
    posture: false,
    hours: null,
    minSeverity: 'warning' as const,
    neededBy: 'nobody' as const,
    scopes: [],
    kinds: [],
    owners: [],
  }
  await replaceChannels(
    db,
    {
      channels: [
        { kind: 'webhook', name: 'NOC', url: receiver.url, secret: TEST_WEBHOOK_SECRET, enabled: true, filters },
        { kind: 'email', name: 'On call', to: ['oncall@x.example'], enabled: true, filters },
      ],
    },
    { clock, secrets, scopeOf: (id) => id },
  )
  const send = createNotificationSender({
    clock,
    settings,
    secrets,
    mail: { url: `smtp://127.0.0.1:${mail.port}`, from: 'Peerwatch <noc@edge.example>' },
    publicUrl: 'https://peerwatch.example',
    outbound: loopbackOnly,
  })
  const deliverer = new OutboxDeliverer({ db, clock, settings, send, log: processLogger, random: () => 0.5 })
  await db.transaction((client) =>
    syncPollSchedule(
      client,
      POLLS.map(({ kind, target }) => ({ kind, ...target, everySeconds: 60 })),
    ),
  )
  const receivedAfterRound: number[] = []
  const incidents: IncidentMessageReaders = {
    ...incidentMessageReaders,
    hindrance: async (_, { scopeName }) => `The other circuit of ${scopeName} is not provisioned.`,
  }
  for (let minute = 0; minute < 16; minute += 1) {
    await pollAll()
    await evaluateDueAlerts({ db, clock, settings, scoped: createScopedReaders(db), incidents })
    await deliverer.drain(AbortSignal.timeout(20_000))
    receivedAfterRound.push(receiver.received.length)
    advanced += MS_PER_MINUTE
  }

  expect(receiver.received.map(({ body }) => body.type)).toEqual(['incident.opened', 'incident.closed'])
  expect(receiver.forged).toBe(0)
  const [opened, closed] = receiver.received
  // the loss is polled in minute 6 and reported one poll later
  expect(receivedAfterRound.indexOf(1)).toBe(7)
  expect(opened?.body.data).toMatchObject({ kind: 'path_down', scopeName: 'erc-pair', endedBetween: null })
  expect(opened?.body.data.url).toBe(`https://peerwatch.example/incidents/${opened?.body.data.incidentId}`)
  expect(closed?.body.data.incidentId).toBe(opened?.body.data.incidentId)

  const outage = closed?.body.data.outage as { atLeastSeconds: number; atMostSeconds: number }
  expect(outage.atLeastSeconds).toBeLessThanOrEqual(LOST_FOR_MS / 1000)
  expect(outage.atMostSeconds).toBeGreaterThanOrEqual(LOST_FOR_MS / 1000)
  expect(outage.atMostSeconds - outage.atLeastSeconds).toBeLessThan(130)
  const [from = '', to = ''] = (opened?.body.data.startedBetween ?? []) as string[]
  expect(Date.parse(from)).toBeLessThanOrEqual(origin + LOST_AFTER_MS)
  expect(Date.parse(to)).toBeGreaterThanOrEqual(origin + LOST_AFTER_MS)

  expect(mail.mails.map(({ to: recipients }) => recipients)).toEqual([['oncall@x.example'], ['oncall@x.example']])
  const [first, second] = mail.mails
  expect(first?.headers.subject).toMatch(/^\[\w+\] Path down: erc-pair, AzurePrivatePeering\/primary$/)
  expect(second?.headers.subject).toMatch(/^\[OVER\] Path down: erc-pair/)
  // the lines of a raw mail are folded
  const hindrance = /other\s+circuit of\s+erc-pair\s+is\s+not\s+provisioned/
  expect(first?.raw).toMatch(hindrance)
  expect(second?.raw).not.toMatch(hindrance)
  expect(second?.headers['in-reply-to']).toBe(first?.headers['message-id'])

  const { data } = await listNotifications(db, { limit: 10 })
  expect(
    data.map(({ channelName, reason, state, attempts }) => `${channelName} ${reason} ${state} ${attempts}`),
  ).toEqual([
    'On call closed delivered 1',
    'NOC closed delivered 1',
    'On call opened delivered 1',
    'NOC opened delivered 1',
  ])
  expect(JSON.stringify(data)).not.toContain(TEST_WEBHOOK_SECRET)
})
