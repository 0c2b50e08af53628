import { readFileSync } from 'node:fs'

export { convertCliFormToArmForm as wireForm } from '../identity/cli-form.ts'

/**
 * Returns the parsed content of a JSON file in `testdata`.
 * @param path path of the file, relative to `testdata`
 */
export function readTestdataJson(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
}

/**
 * Returns the body of the 200 response in one of Azure's official examples.
 * @param name file name of the example without `.json`
 */
export function exampleBody(name: string): unknown {
  const { responses } = readTestdataJson(`arm-examples/${name}.json`) as { responses: { 200: { body: unknown } } }
  return responses[200].body
}
