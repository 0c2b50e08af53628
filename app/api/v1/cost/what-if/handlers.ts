import { getCostWhatIf } from '#lib/cost/answers/index.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('costWhatIf', ({ db, parameters }) => getCostWhatIf(db, parameters))
