import { readFileSync } from 'node:fs'

export { convertCliFormToArmForm as wireForm } from '../identity/cli-form.ts'

/** A JSON file of `testdata`, by its path below it. */
export function testdata(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
}

/** The body of an official example's 200 answer. */
export function exampleBody(name: string): unknown {
  const { responses } = testdata(`arm-examples/${name}.json`) as { responses: { 200: { body: unknown } } }
  return responses[200].body
}
