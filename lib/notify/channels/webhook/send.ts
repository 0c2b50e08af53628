import { z } from 'zod'
import { postJson } from '../http-post.ts'
import { type ChannelSender, failed } from '../sender.ts'
import { webhookBody } from './payload.ts'
import { signatureHeaders } from './signature.ts'

const targetSchema = z.object({ url: z.string() })

/** POSTs one signed message. */
export const sendWebhook: ChannelSender = async ({ target, secret }, message, context) => {
  if (secret === null) return failed('the webhook has no secret to sign with: set one')
  const { url } = targetSchema.parse(target)
  const body = webhookBody(message.content, context.publicUrl)
  const headers = signatureHeaders(secret, { id: message.id, at: context.now(), body })
  return postJson({ url, body, headers, refused: 'the receiver refuses the signature or the address' }, context)
}
