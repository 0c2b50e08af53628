import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { type RequestProductFunction, fetchApiResponseData } from './ask.ts'
import type { RecordedProductAnswer } from './recording.ts'

type Id = { id: string }

/**
 * Sets up data that users create, with the API's own commands, so that queries about them have answers: channels,
 * on-call, reports, users, tokens, thresholds, prices, budgets, and work on an incident.
 * @returns the answer of each command
 * @throws Error if a command is refused
 */
export async function createUserDefinedData(
  ask: RequestProductFunction,
  now: EpochMs,
): Promise<Omit<RecordedProductAnswer, 'scope'>[]> {
  const answers: Omit<RecordedProductAnswer, 'scope'>[] = []
  const order = async (method: 'POST' | 'PUT', path: string, body: object) => {
    const answer = await ask(`/api/v1/${path}`, method, body)
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.body}`)
    answers.push({ name: `command ${answers.length + 1} ${method} /api/v1/${path}`, ...answer })
    return JSON.parse(answer.body).data
  }
  const version = async (path: string) => (await fetchApiResponseData<{ version: number }>(ask, path)).version
  const day = (days: number) => new Date(now + days * MS_PER_DAY).toISOString()
  const [circuits, incidents] = [
    await fetchApiResponseData<Id[]>(ask, 'circuits'),
    await fetchApiResponseData<Id[]>(ask, 'incidents'),
  ]
  const [circuit, incident] = [circuits[0]?.id ?? '', incidents[0]?.id ?? '']

  await order('PUT', 'channels', { channels: CHANNELS })
  const { channels } = await fetchApiResponseData<{ channels: (Id & { kind: string })[] }>(ask, 'channels')
  const channelOf = (kind: string) => channels.find((one) => one.kind === kind)?.id ?? ''
  const nights = {
    name: 'Nights',
    zone: 'Europe/Berlin',
    startsOn: '2026-11-02',
    handover: '09:00',
    days: 7,
    members: [channelOf('email'), channelOf('slack')],
  }
  await order('PUT', 'escalation', { policies: [], rotations: [nights] })
  const { rotations } = await fetchApiResponseData<{ rotations: Id[] }>(ask, 'escalation')
  await order('PUT', 'escalation', {
    policies: [
      {
        name: 'Majors',
        steps: [
          { waitMinutes: 15, targets: [{ rotation: rotations[0]?.id }] },
          { waitMinutes: 30, targets: [{ channel: channelOf('pagerduty') }] },
        ],
      },
    ],
    rotations: [{ id: rotations[0]?.id, ...nights }],
  })
  const addressed = { hour: 7, zone: 'Europe/Berlin', addresses: ['noc@example.com'] }
  await order('PUT', 'report-schedules', {
    schedules: [
      { name: 'Review', report: 'cost_weekly', ...addressed },
      { name: 'Availability', report: 'availability_monthly', ...addressed },
      { name: 'Of Northwind', report: 'availability_monthly', scopes: ['customer:Northwind'], ...addressed },
    ],
  })
  await order('POST', 'users', {
    email: 'ben@edge.example',
    name: 'Ben',
    role: 'operator',
    scopes: ['customer:Northwind'],
  })
  await order('POST', 'tokens', { name: 'export', role: 'viewer', scopes: [], expiresAt: day(30) })
  await order('PUT', 'settings/thresholds', {
    version: await version('settings/thresholds'),
    values: { 'headroom.warn': 0.85 },
    note: 'as agreed',
  })
  await order('POST', 'back-tests', { values: { 'headroom.warn': 0.95 } })
  await order('PUT', 'cost/overrides', {
    version: await version('cost/overrides'),
    add: [
      { kind: 'discount', share: 0.1, from: day(-60), until: null, circuitIds: null },
      {
        kind: 'charge',
        charge: 'provider_l2',
        name: 'port of the provider',
        monthly: '1200',
        currency: 'USD',
        from: day(-60),
        until: null,
        circuitIds: [circuit],
      },
    ],
    why: 'contract',
  })
  await order('PUT', 'cost/budgets', {
    version: await version('cost/budgets'),
    set: [
      {
        name: 'Contoso',
        owner: 'Ada',
        for: { kind: 'customer', customer: 'Contoso' },
        amount: '20000',
        currency: 'USD',
      },
    ],
    why: 'plan',
  })
  await order('POST', 'cost/decisions', { circuitId: circuit, decided: 'stay metered', why: 'traffic falls' })
  await order('POST', `circuits/${circuit}/service-key`, { why: 'order of a cross-connect' })
  await order('POST', `incidents/${incident}/ack`, { note: 'on it' })
  await order('POST', `incidents/${incident}/assign`, { assignee: 'Ada', note: 'knows the site' })
  await order('POST', `incidents/${incident}/send`, { channelId: channelOf('slack'), note: 'please check' })
  return answers
}

/** One channel of each kind. */
const CHANNELS = [
  {
    kind: 'webhook',
    name: 'Hook',
    url: 'https://hooks.example/x',
    secret: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
  },
  { kind: 'email', name: 'Mail', to: ['noc@example.com'] },
  {
    kind: 'cloudevents',
    name: 'Events',
    url: 'https://events.example/x',
    secret: `whsec_${Buffer.alloc(24, 8).toString('base64')}`,
  },
  { kind: 'slack', name: 'Slack', url: 'https://hooks.slack.com/services/T0/B0/x' },
  { kind: 'teams', name: 'Teams', url: 'https://prod-1.westeurope.logic.azure.com/workflows/x' },
  { kind: 'pagerduty', name: 'Pager', region: 'eu', secret: '0123456789abcdef0123456789abcdef' },
  { kind: 'alertmanager', name: 'Alertmanager', url: 'https://alertmanager.example' },
  { kind: 'syslog', name: 'Syslog', server: 'tls://logs.example.com:6514' },
].map((one) => ({ ...one, filters: { minSeverity: 'warning' } }))
