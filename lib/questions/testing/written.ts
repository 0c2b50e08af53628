import type { z } from 'zod'
import { encoded } from '../encoded.ts'

/** Returns an answer's function that gives the form on the wire, as `capability` registers it. */
export const written =
  <Schema extends z.ZodType, Given extends unknown[]>(
    { response }: { response: Schema },
    answer: (...given: Given) => Promise<z.input<Schema>>,
  ) =>
  async (...given: Given): Promise<z.output<Schema>> =>
    encoded(response, await answer(...given))

/** Checks a body of the wire against its schema by reading it and writing it again. */
export const rewritten = <Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> =>
  schema.parse(schema.encode(body as z.output<Schema>))
