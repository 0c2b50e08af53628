import { z } from 'zod'
import { pagerDutyRegions } from '#lib/contract/index.ts'
import type { Message } from '../../content.ts'
import { postJson } from '../http-post.ts'
import { type ChannelSender, type Delivery, failed, type SenderContext } from '../sender.ts'
import { pagerDutyEvents } from './payload.ts'

const targetSchema = z.object({ region: z.enum(['us', 'eu']) })

/** POSTs the events of one message to PagerDuty. */
export const sendPagerDuty: ChannelSender = async ({ target, secret }, message, context) => {
  const { region } = targetSchema.parse(target)
  return sendEvents(`https://${pagerDutyRegions[region]}/v2/enqueue`, secret, message, context)
}

/** The same to any address. An event that is sent again changes nothing, so that all are repeated when one fails. */
export async function sendEvents(
  url: string,
  secret: string | null,
  { content }: Pick<Message, 'content'>,
  context: SenderContext,
): Promise<Delivery> {
  if (secret === null) return failed('the channel has no integration key: set one')
  let delivery: Delivery = { delivered: true, answer: 'nothing to send' }
  for (const body of pagerDutyEvents(content, secret, context.publicUrl)) {
    delivery = await postJson({ url, body, refused: 'PagerDuty refuses the integration key' }, context)
    if (!delivery.delivered) return delivery
  }
  return delivery
}
