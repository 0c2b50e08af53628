import { z } from 'zod'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { toStorableText } from '#lib/platform/storable-text.ts'

/** Acknowledgement of an incident that a user made in a vendor's product (PagerDuty or Slack). */
export interface VendorAcknowledgement {
  /** ID of the vendor's request; a repetition of the request has the same ID */
  requestId: string
  incidentId: string
  by: string
  /**
   * note that explains the action if it was not a plain acknowledgement, for example `resolved in PagerDuty`; null = a
   * plain acknowledgement
   */
  note: string | null
  at: EpochMs
}

const MAX_OF_NAME = 100
/**
 * Returns a user's name as it can be stored: without control characters and characters that change the text direction,
 * and with at most 100 characters.
 */
const nameOf = (text: string) =>
  toStorableText(
    text
      .replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '')
      .trim()
      .slice(0, MAX_OF_NAME),
  )

const pagerDutyEvent = z.object({
  event: z.object({
    id: z.string().min(1).max(200).transform(toStorableText),
    event_type: z.string(),
    occurred_at: z.iso.datetime({ offset: true }),
    agent: z.object({ type: z.string(), summary: z.string().nullish() }).nullish(),
    data: z.object({ incident_key: z.string().nullish() }),
  }),
})

const KEY = /^peerwatch:([\w-]{1,100})$/
const notes: Readonly<Record<string, string | null>> = createSafeLookupTable({
  'incident.acknowledged': null,
  'incident.resolved': 'resolved in PagerDuty',
})

/**
 * Reads an event of PagerDuty's webhooks v3. An incident that is resolved in PagerDuty counts only as acknowledged,
 * because Peerwatch ends an incident only if the network has recovered.
 * @returns null for other events, for incidents that Peerwatch did not send, and for actions that Peerwatch made itself
 * @source https://developer.pagerduty.com/docs/webhooks/v3-overview/
 */
export function parsePagerDutyAcknowledgement(body: string): VendorAcknowledgement | null {
  const { event } = pagerDutyEvent.safeParse(jsonOf(body)).data ?? {}
  if (!event) return null
  const note = notes[event.event_type]
  const incidentId = KEY.exec(event.data.incident_key ?? '')?.[1]
  // Only an action of a user counts. Peerwatch's own acknowledgements come through the Events API, so their agent is an
  // integration.
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
export function parseSlackAcknowledgement(body: string, now: EpochMs): VendorAcknowledgement | null {
  const { user, actions } = slackActions.safeParse(jsonOf(new URLSearchParams(body).get('payload') ?? '')).data ?? {}
  const pressed = actions?.find(({ action_id }) => action_id === ACKNOWLEDGE_ACTION)
  if (!user || !pressed || !/^[\w-]{1,100}$/.test(pressed.value ?? '')) return null
  const by = nameOf(user.username ?? user.name ?? '') || nameOf(user.id)
  return {
    requestId: toStorableText(`${user.id} ${pressed.action_ts ?? now}`),
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
