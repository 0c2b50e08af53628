import { z } from 'zod'
import { postJson } from '../http-post.ts'
import type { ChannelSender } from '../sender.ts'
import { slackBody } from './payload.ts'

const targetSchema = z.object({ url: z.string() })

/** POSTs one message to an incoming webhook, whose URL is its only secret. */
export const sendSlack: ChannelSender = async ({ target, takesRequests = false }, { content }, context) => {
  const { url } = targetSchema.parse(target)
  return postJson({ url, body: slackBody(content, context.publicUrl, takesRequests) }, context)
}
