import { shortIdOf } from '#lib/history/index.ts'
import { systemClock } from '#lib/platform/clock.ts'
import { settings } from '#lib/platform/settings.ts'
import { listChannels, replaceChannels, secretBoxOf } from '#lib/notify/index.ts'
import { allowedOnly, answering, commanding } from '../../_http/handler.ts'
import { aboutNoPoll } from '../../_http/envelope.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/** ARM ids are kept as the short ones that events carry. */
const scopeOf = (id: string) => (id.startsWith('/') ? shortIdOf(id) : id)

export const GET = answering('channels', async ({ db }) => aboutNoPoll(await listChannels(db, settings())))

export const PUT = commanding('putChannels', async ({ db, body }) => {
  const configured = settings()
  await replaceChannels(db, body, { clock: systemClock, secrets: secretBoxOf(configured), scopeOf })
  return aboutNoPoll(await listChannels(db, configured))
})

const getOrPut = allowedOnly('GET', 'HEAD', 'PUT')
export { getOrPut as DELETE, getOrPut as PATCH, getOrPut as POST }
