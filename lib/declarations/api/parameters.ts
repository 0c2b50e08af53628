import { at } from '#lib/contract/api/parameters.ts'
import { z } from 'zod'

export const declarationsParameters = z.strictObject({ at })

export type DeclarationsParameters = z.output<typeof declarationsParameters>
