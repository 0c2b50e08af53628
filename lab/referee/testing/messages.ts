import { channelKinds, type ChannelKind, type EpochMs, eventKinds, notificationReasons } from '#lib/contract/index.ts'
import { readEventsOfIncidents, listIncidents } from '#lib/history/index.ts'
import { createAlertsPayload } from '#lib/notify/channels/alertmanager.ts'
import { createCloudEvent } from '#lib/notify/channels/cloudevents.ts'
import { createMail } from '#lib/notify/channels/email.ts'
import { createPagerDutyEvents } from '#lib/notify/channels/pagerduty.ts'
import { createSlackBody } from '#lib/notify/channels/slack.ts'
import { createSyslogMessages } from '#lib/notify/channels/syslog.ts'
import { createTeamsBody } from '#lib/notify/channels/teams.ts'
import { createWebhookBody } from '#lib/notify/channels/webhook.ts'
import type { MessageContent, FindingsContent, IncidentContent, PostureEntry } from '#lib/notify/content.ts'
import { createIncidentContent } from '#lib/notify/jobs/alerts/incident-summary.ts'
import { incidentMessageReaders } from '#lib/incidents/answers/index.ts'
import { readIncidentSummary } from '#lib/notify/jobs/digests/read-summary.ts'
import { testOutageMessageContent, testEndedOutageMessageContent } from '#lib/notify/testing/content.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type RequestProductFunction, fetchApiResponseData } from './ask.ts'
import type { RecordedProductAnswer } from './recording.ts'

const PUBLIC = 'https://peerwatch.example'
const KEY = '0123456789abcdef0123456789abcdef'

/** Functions that format the payload of each kind of channel. */
const payloads: Record<ChannelKind, (content: MessageContent) => string> = {
  webhook: (content) => createWebhookBody(content, PUBLIC),
  email: (content) =>
    JSON.stringify(
      [null, 'msg_0'].map((inReplyTo) =>
        createMail({ id: 'msg_1', inReplyTo, content }, 'Peerwatch <noc@edge.example>', PUBLIC),
      ),
    ),
  cloudevents: (content) => createCloudEvent({ id: 'msg_1', content }, PUBLIC),
  slack: (content) => `[${createSlackBody(content, PUBLIC)},${createSlackBody(content, PUBLIC, true)}]`,
  teams: (content) => createTeamsBody(content, PUBLIC),
  pagerduty: (content) => `[${createPagerDutyEvents(content, KEY, PUBLIC).join()}]`,
  alertmanager: (content) => createAlertsPayload(content, PUBLIC),
  // the process ID differs in each run
  syslog: (content) =>
    JSON.stringify(
      createSyslogMessages({ id: 'msg_1', content }, 'referee', PUBLIC).map((line) =>
        line.replace(` ${process.pid} `, ' 1 '),
      ),
    ),
}

/** Returns every payload: for each kind of event, each reason, the estate's own incidents, and digests. */
export async function createEveryNotificationPayload(
  q: SqlExecutor,
  ask: RequestProductFunction,
  now: EpochMs,
  mostIncidents: number,
): Promise<RecordedProductAnswer[]> {
  const contents = new Map<string, MessageContent[]>(
    [
      ...eventKinds.map(
        (kind) =>
          [
            `of ${kind}`,
            [
              { ...testOutageMessageContent, kind },
              { ...testEndedOutageMessageContent, kind },
            ],
          ] as const,
      ),
      ...notificationReasons.map((reason) => [`for ${reason}`, forReason(reason)] as const),
      ...(await digests(ask, now)),
      ...(await ownIncidents(q, now, mostIncidents)),
    ].filter(([, own]) => own.length > 0) as [string, MessageContent[]][],
  )
  return [...contents].flatMap(([name, own]) =>
    channelKinds.map((kind) => ({
      name: `message ${kind} ${name}`,
      scope: '-',
      status: 0,
      type: 'application/json',
      body: `[${own.map((content) => payloads[kind](content)).join(',\n')}]`,
    })),
  )
}

/** Optional fields of a message. */
const FURTHER: Partial<IncidentContent> = {
  acknowledged: { by: 'ann', at: testOutageMessageContent.at, note: 'seen' },
  assigned: { assignee: 'Ben', by: 'ann', at: testOutageMessageContent.at, note: null },
  impact: 'one of two paths is lost',
  unverifiableSince: testOutageMessageContent.at,
  escalation: { policy: 'nights', step: 2, steps: 3, round: 1, since: testOutageMessageContent.at },
  sent: { by: 'ann', note: 'please check' },
  continues: 'i0',
}

const AHEAD: IncidentContent['ahead'] = {
  from: '2030-02-07T02:00:00.000Z',
  to: '2030-02-07T04:00:00.000Z',
  lead: '1 day',
  work: ['Fibre work'],
  summary: 'erc-lon maintenance: 14 prefixes cut off',
  before: 'erc-lon primary path maintenance: every prefix keeps a path',
  over: null,
}
const GONE: IncidentContent['ahead'] = { ...AHEAD, before: null, over: 'cancelled' }

function forReason(reason: (typeof notificationReasons)[number]): MessageContent[] {
  if (reason === 'test') return [{ reason, severity: 'info', channel: 'NOC', at: testOutageMessageContent.at }]
  if (reason === 'digest')
    return [
      {
        reason,
        severity: 'major',
        customer: 'Contoso',
        entries: [
          testOutageMessageContent,
          testEndedOutageMessageContent,
          { ...testOutageMessageContent, incidentId: 'i2' },
        ],
        at: testOutageMessageContent.at,
      },
    ]
  if (reason === 'approaching' || reason === 'changed' || reason === 'withdrawn')
    return [
      {
        ...testOutageMessageContent,
        reason,
        incidentId: null,
        kind: 'loss_ahead',
        ahead: reason === 'withdrawn' ? GONE : AHEAD,
      },
    ]
  // the contents of weekly messages come from the estate
  if (reason === 'findings' || reason === 'posture') return []
  return [
    testOutageMessageContent,
    testEndedOutageMessageContent,
    {
      ...testOutageMessageContent,
      incidentId: null,
      kind: 'nothing_polled',
      scope: '',
      scopeName: '',
      subject: '',
    } as const,
  ].map((one) => ({ ...one, ...FURTHER, reason }))
}

/** Returns the contents of the weekly digests of the estate. */
async function digests(ask: RequestProductFunction, now: EpochMs): Promise<[string, MessageContent[]][]> {
  const entries = await fetchApiResponseData<FindingsContent['entries']>(ask, 'cost/findings')
  const { checks } = await fetchApiResponseData<{ checks: (PostureEntry & { state: string })[] }>(ask, 'resilience')
  const failing = checks.filter(({ state }) => state === 'fail')
  const shared = { severity: 'info', monday: '2026-11-16', at: new Date(now).toISOString() } as const
  return [
    ['digest findings', [{ reason: 'findings', entries, fresh: 1, ...shared }]],
    [
      'digest posture',
      [
        {
          reason: 'posture',
          entries: failing,
          failing: failing.map(({ id }) => id),
          since: { fresh: 2, over: 1 },
          ahead: ['Thu 2026-11-19 02:00-04:00 UTC erc-lon maintenance: 14 prefixes cut off'],
          ...shared,
        },
      ],
    ],
  ]
}

async function ownIncidents(q: SqlExecutor, now: EpochMs, most: number): Promise<[string, MessageContent[]][]> {
  const { rows } = await listIncidents(q, { limit: most })
  const events = await readEventsOfIncidents(
    q,
    rows.map(({ id }) => id),
    eventKinds,
  )
  return Promise.all(
    rows.map(async (incident): Promise<[string, MessageContent[]]> => {
      const own = events.filter(({ incidentId }) => incidentId === incident.id)
      const summary = await readIncidentSummary(q, { incident, events: own }, now, incidentMessageReaders)
      const reason = incident.closedAt === null ? 'opened' : 'closed'
      return [
        `incident ${incident.id}`,
        summary ? [createIncidentContent(summary, { reason, severity: incident.severity }, null, now)] : [],
      ]
    }),
  )
}
