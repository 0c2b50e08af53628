import { channelKinds, type ChannelKind, type EpochMs, eventKinds, notificationReasons } from '#lib/contract/index.ts'
import { eventsOfIncidents, listIncidents } from '#lib/history/index.ts'
import { alertsPayload } from '#lib/notify/channels/alertmanager.ts'
import { cloudEvent } from '#lib/notify/channels/cloudevents.ts'
import { createMail } from '#lib/notify/channels/email.ts'
import { pagerDutyEvents } from '#lib/notify/channels/pagerduty.ts'
import { slackBody } from '#lib/notify/channels/slack.ts'
import { syslogMessages } from '#lib/notify/channels/syslog.ts'
import { teamsBody } from '#lib/notify/channels/teams.ts'
import { webhookBody } from '#lib/notify/channels/webhook.ts'
import type { Content, FindingsContent, IncidentContent, PostureEntry } from '#lib/notify/content.ts'
import { createIncidentContent } from '#lib/notify/jobs/alerts/incident-summary.ts'
import { incidentReading } from '#lib/incidents/answers/index.ts'
import { readSummary } from '#lib/notify/jobs/digests/read-summary.ts'
import { outage, over } from '#lib/notify/testing/content.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Ask, dataOf } from './ask.ts'
import type { Recorded } from './recording.ts'

const PUBLIC = 'https://peerwatch.example'
const KEY = '0123456789abcdef0123456789abcdef'

/** Functions that format the payload of each kind of channel. */
const payloads: Record<ChannelKind, (content: Content) => string> = {
  webhook: (content) => webhookBody(content, PUBLIC),
  email: (content) =>
    JSON.stringify(
      [null, 'msg_0'].map((inReplyTo) =>
        createMail({ id: 'msg_1', inReplyTo, content }, 'Peerwatch <noc@edge.example>', PUBLIC),
      ),
    ),
  cloudevents: (content) => cloudEvent({ id: 'msg_1', content }, PUBLIC),
  slack: (content) => `[${slackBody(content, PUBLIC)},${slackBody(content, PUBLIC, true)}]`,
  teams: (content) => teamsBody(content, PUBLIC),
  pagerduty: (content) => `[${pagerDutyEvents(content, KEY, PUBLIC).join()}]`,
  alertmanager: (content) => alertsPayload(content, PUBLIC),
  // the process ID differs in each run
  syslog: (content) =>
    JSON.stringify(
      syslogMessages({ id: 'msg_1', content }, 'referee', PUBLIC).map((line) =>
        line.replace(` ${process.pid} `, ' 1 '),
      ),
    ),
}

/** Returns every payload: for each kind of event, each reason, the estate's own incidents, and digests. */
export async function messages(q: Queryable, ask: Ask, now: EpochMs, mostIncidents: number): Promise<Recorded[]> {
  const contents = new Map<string, Content[]>(
    [
      ...eventKinds.map(
        (kind) =>
          [
            `of ${kind}`,
            [
              { ...outage, kind },
              { ...over, kind },
            ],
          ] as const,
      ),
      ...notificationReasons.map((reason) => [`for ${reason}`, forReason(reason)] as const),
      ...(await digests(ask, now)),
      ...(await ownIncidents(q, now, mostIncidents)),
    ].filter(([, own]) => own.length > 0) as [string, Content[]][],
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
  acknowledged: { by: 'ann', at: outage.at, note: 'seen' },
  assigned: { assignee: 'Ben', by: 'ann', at: outage.at, note: null },
  impact: 'one of two paths is lost',
  unverifiableSince: outage.at,
  escalation: { policy: 'nights', step: 2, steps: 3, round: 1, since: outage.at },
  sent: { by: 'ann', note: 'please check' },
  continues: 'i0',
}

const AHEAD: IncidentContent['ahead'] = {
  from: '2030-02-07T02:00:00.000Z',
  to: '2030-02-07T04:00:00.000Z',
  lead: '1 day',
  work: ['Fibre work'],
  summary: 'both paths of erc-lon are in work; 14 prefixes strand',
  before: 'the primary path of erc-lon is in work; every prefix keeps a path',
  over: null,
}
const GONE: IncidentContent['ahead'] = { ...AHEAD, before: null, over: 'cancelled' }

function forReason(reason: (typeof notificationReasons)[number]): Content[] {
  if (reason === 'test') return [{ reason, severity: 'info', channel: 'NOC', at: outage.at }]
  if (reason === 'digest')
    return [
      {
        reason,
        severity: 'major',
        customer: 'Contoso',
        entries: [outage, over, { ...outage, incidentId: 'i2' }],
        at: outage.at,
      },
    ]
  if (reason === 'approaching' || reason === 'changed' || reason === 'withdrawn')
    return [{ ...outage, reason, incidentId: null, kind: 'loss_ahead', ahead: reason === 'withdrawn' ? GONE : AHEAD }]
  // their contents come from the estate
  if (reason === 'findings' || reason === 'posture') return []
  return [
    outage,
    over,
    { ...outage, incidentId: null, kind: 'nothing_polled', scope: '', scopeName: '', subject: '' } as const,
  ].map((one) => ({ ...one, ...FURTHER, reason }))
}

/** Returns the contents of the weekly digests of the estate. */
async function digests(ask: Ask, now: EpochMs): Promise<[string, Content[]][]> {
  const entries = await dataOf<FindingsContent['entries']>(ask, 'cost/findings')
  const { checks } = await dataOf<{ checks: (PostureEntry & { state: string })[] }>(ask, 'resilience')
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
          ahead: ['Thu 2026-11-19 02:00-04:00 UTC: both paths of erc-lon are in work; 14 prefixes strand'],
          ...shared,
        },
      ],
    ],
  ]
}

async function ownIncidents(q: Queryable, now: EpochMs, most: number): Promise<[string, Content[]][]> {
  const { rows } = await listIncidents(q, { limit: most })
  const events = await eventsOfIncidents(
    q,
    rows.map(({ id }) => id),
    eventKinds,
  )
  return Promise.all(
    rows.map(async (incident): Promise<[string, Content[]]> => {
      const own = events.filter(({ incidentId }) => incidentId === incident.id)
      const summary = await readSummary(q, { incident, events: own }, now, incidentReading)
      const reason = incident.closedAt === null ? 'opened' : 'closed'
      return [
        `incident ${incident.id}`,
        summary ? [createIncidentContent(summary, { reason, severity: incident.severity }, null, now)] : [],
      ]
    }),
  )
}
