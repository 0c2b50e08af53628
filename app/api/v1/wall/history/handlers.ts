import { narrowed } from '#lib/questions/index.ts'
import { wallHistoryAnswer } from '../../../../_shared/wall-answer.ts'
import { queryRoute } from '../../../_http/handler.ts'

export const GET = queryRoute('wallHistory', ({ caller, parameters }) =>
  wallHistoryAnswer(narrowed(caller.scope, parameters.customer)),
)
