import { z } from 'zod'
import { postJson } from '../http-post.ts'
import { type ChannelSender, failed } from '../sender.ts'
import { signatureHeaders } from '../webhook/signature.ts'
import { cloudEvent } from './payload.ts'

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
