import type { z } from 'zod'
import { encodeWithSchema } from '../encode-with-schema.ts'

/** Wraps a response function so that it returns the JSON form, as `capability` does. */
export const wrapFunctionWithJsonEncoding =
  <Schema extends z.ZodType, Given extends unknown[]>(
    { response }: { response: Schema },
    answer: (...given: Given) => Promise<z.input<Schema>>,
  ) =>
  async (...given: Given): Promise<z.output<Schema>> =>
    encodeWithSchema(response, await answer(...given))

/** Checks a JSON body against its schema by decoding and encoding it. */
export const roundTripBodyThroughSchema = <Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> =>
  schema.parse(schema.encode(body as z.output<Schema>))
