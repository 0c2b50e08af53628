import { listNotifications } from '#lib/notify/index.ts'
import { aboutNoPoll } from '../../_http/envelope.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('notifications', async ({ db, parameters }) => {
  const { data, nextCursor } = await listNotifications(db, parameters)
  return { ...aboutNoPoll(data), nextCursor }
})
