/** One site in a process of its own, because namespaces are named by processes. It answers its parent's questions, and ends with it. */
import { SiteRouters } from './site-routers.ts'
import type { Answered, SiteRequest } from './site.ts'

const site = await SiteRouters.start(JSON.parse(process.argv[2] ?? '{}'))
const answer = (message: Answered) => process.send?.(message)
process.on('message', async ({ id, ask }: SiteRequest) => {
  try {
    const result = ask === 'observe' ? await site.azure.observe() : await site.make(ask)
    answer({ id, result })
  } catch (error) {
    answer({ id, error: (error as Error).message })
  }
})
process.on('disconnect', async () => {
  await site.stop()
  process.exit()
})
answer({ id: 0, result: site.exporters })
