import { z } from 'zod'
import { wordTable } from '#lib/bgp/word-table.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { storableText } from '#lib/platform/storable-text.ts'

/** An acknowledgement of an incident, as reported by a vendor. */
export interface Acknowledgement {
  /** ID of the request, equal if the vendor sends the request again */
  requestId: string
  incidentId: string
  by: string
  /** action at the vendor that counts as an acknowledgement, as text; null = a plain acknowledgement */
  note: string | null
  at: EpochMs
}

const MAX_OF_NAME = 100
/**
 * Returns a user's name without characters that cannot be stored, such as half of an emoji at the cut end, and without
 * characters that change the text direction.
 */
const nameOf = (text: string) =>
  storableText(
    text
      .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
      .trim()
      .slice(0, MAX_OF_NAME),
  )

const pagerDutyEvent = z.object({
  event: z.object({
    id: z.string().min(1).max(200).transform(storableText),
    event_type: z.string(),
    occurred_at: z.iso.datetime({ offset: true }),
    agent: z.object({ type: z.string(), summary: z.string().nullish() }).nullish(),
    data: z.object({ incident_key: z.string().nullish() }),
  }),
})

const KEY = /^peerwatch:([\w-]{1,100})$/
const notes: Readonly<Record<string, string | null>> = wordTable({
  'incident.acknowledged': null,
  'incident.resolved': 'resolved in PagerDuty',
})

/**
 * Reads an event of PagerDuty's webhooks v3. Resolving an incident there counts as an acknowledgement, because only the
 * state of the network ends an incident.
 * @returns null for other events, for incidents that Peerwatch did not send, and for Peerwatch's own actions
 * @source https://developer.pagerduty.com/docs/webhooks/v3-overview/
 */
export function readPagerDuty(body: string): Acknowledgement | null {
  const { event } = pagerDutyEvent.safeParse(jsonOf(body)).data ?? {}
  if (!event) return null
  const note = notes[event.event_type]
  const incidentId = KEY.exec(event.data.incident_key ?? '')?.[1]
  // only a user's action counts; an acknowledgement through the Events API, such as Peerwatch's own, has an integration
  // as its agent
  if (note === undefined || incidentId === undefined || event.agent?.type !== 'user_reference') return null
  const by = nameOf(event.agent.summary ?? '') || 'a user'
  return { requestId: event.id, incidentId, by: `${by} (PagerDuty)`, note, at: Date.parse(event.occurred_at) }
}

/** Action ID of the acknowledge button in Slack messages. The value of the button is the incident's ID. */
export const ACKNOWLEDGE_ACTION = 'peerwatch_acknowledge'

const slackActions = z.object({
  type: z.literal('block_actions'),
  user: z.object({ id: z.string(), username: z.string().optional(), name: z.string().optional() }),
  actions: z.array(
    z.object({ action_id: z.string(), value: z.string().optional(), action_ts: z.string().max(40).optional() }),
  ),
})

/**
 * Reads Slack's request after a user clicked a button: a form with JSON in its field `payload`.
 * @returns null for any other action
 * @source https://docs.slack.dev/reference/interaction-payloads/block_actions-payload
 */
export function readSlack(body: string, now: EpochMs): Acknowledgement | null {
  const { user, actions } = slackActions.safeParse(jsonOf(new URLSearchParams(body).get('payload') ?? '')).data ?? {}
  const pressed = actions?.find(({ action_id }) => action_id === ACKNOWLEDGE_ACTION)
  if (!user || !pressed || !/^[\w-]{1,100}$/.test(pressed.value ?? '')) return null
  const by = nameOf(user.username ?? user.name ?? '') || nameOf(user.id)
  return {
    requestId: storableText(`${user.id} ${pressed.action_ts ?? now}`),
    incidentId: pressed.value ?? '',
    by: `${by} (Slack)`,
    note: null,
    at: now,
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
