import { z } from 'zod'
import { postJson } from '../http-post.ts'
import type { ChannelSender } from '../sender.ts'
import { alertsPayload } from './payload.ts'

const targetSchema = z.object({ url: z.string() })

/** POSTs the alerts of one message to an Alertmanager. Sent again they are the same alerts. */
export const sendAlerts: ChannelSender = async ({ target }, { content }, context) => {
  const { url } = targetSchema.parse(target)
  const body = alertsPayload(content, context.publicUrl)
  return postJson({ url: `${url.replace(/\/+$/, '')}/api/v2/alerts`, body }, context)
}
