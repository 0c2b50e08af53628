/**
 * One site in a separate process, because namespaces are named after processes. It answers its parent's requests, and
 * ends with it.
 */
import { SiteRouters } from './site-routers.ts'
import type { NocSiteProcessAnswer, NocSiteProcessRequest } from './site.ts'

const site = await SiteRouters.start(JSON.parse(process.argv[2] ?? '{}'))
const answer = (message: NocSiteProcessAnswer) => process.send?.(message)
process.on('message', async ({ id, ask }: NocSiteProcessRequest) => {
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
