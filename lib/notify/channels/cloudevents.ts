import { z } from 'zod'
import { postJson } from './http-post.ts'
import { type ChannelSender, failed } from './sender.ts'
import { signatureHeaders } from './signature.ts'
import type { Message } from '../content.ts'
import { webhookParts } from './webhook.ts'

const targetSchema = z.object({ url: z.string() })

/** POSTs one CloudEvent. Repeated attempts have the same `id` and `source`, by which receivers recognize them. */
export const sendCloudEvent: ChannelSender = async ({ target, secret }, message, context) => {
  if (secret === null) return failed('the webhook has no secret to sign with: set one')
  const { url } = targetSchema.parse(target)
  const body = cloudEvent(message, context.publicUrl)
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    ...signatureHeaders(secret, { id: message.id, at: context.now(), body }),
  }
  return postJson({ url, body, headers, refused: 'the receiver refuses the signature or the address' }, context)
}

/**
 * A message as a CloudEvent 1.0 in structured mode. `type` and `data` are those of a webhook; `subject` is the incident.
 * @param publicUrl becomes the source; without one it is a URN, the same for every instance
 * @source https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md
 */
export function cloudEvent({ id, content }: Pick<Message, 'id' | 'content'>, publicUrl: string | null): string {
  const { type, timestamp, data } = webhookParts(content, publicUrl)
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
