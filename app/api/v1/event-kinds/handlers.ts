import { getEventKinds } from '#lib/queries/index.ts'
import { queryRoute } from '../../_http/handler.ts'

export const GET = queryRoute('eventKinds', () => getEventKinds())
