import { z } from 'zod'
import { postJson } from '../http-post.ts'
import type { ChannelSender } from '../sender.ts'
import { teamsBody } from './payload.ts'

const targetSchema = z.object({ url: z.string() })

/** POSTs one card to a workflow. It answers 202 before the card is posted: what fails then is in the workflow's own history. */
export const sendTeams: ChannelSender = async ({ target }, { content }, context) => {
  const { url } = targetSchema.parse(target)
  return postJson({ url, body: teamsBody(content, context.publicUrl) }, context)
}
