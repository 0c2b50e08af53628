import type { ChannelMessage } from '../content.ts'
import { createSignedSender, createWebhookFields } from './webhook.ts'

/** Sends one CloudEvent. All attempts have the same `id` and `source`, so that receivers recognize a repetition. */
export const sendCloudEvent = createSignedSender(createCloudEvent, {
  'content-type': 'application/cloudevents+json; charset=utf-8',
})

/**
 * Returns a message as a CloudEvent 1.0 in structured mode. The attributes `type` and `data` are the same as in a
 * webhook, with the prefix `peerwatch.` for the type; `subject` is the incident's ID.
 * @param publicUrl becomes the source; if it is null, the source is `urn:peerwatch` for every instance
 * @source https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export function createCloudEvent(
  { id, content }: Pick<ChannelMessage, 'id' | 'content'>,
  publicUrl: string | null,
): string {
  const { type, timestamp, data } = createWebhookFields(content, publicUrl)
  const subject = 'incidentId' in content && content.incidentId !== null ? { subject: content.incidentId } : {}
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: publicUrl ?? 'urn:peerwatch',
    type: `peerwatch.${type}`,
    ...subject,
    time: timestamp,
    datacontenttype: 'application/json',
    data,
  })
}
