/**
 * `npm run import -- FILES...`: converts saved outputs of `az network` to a recording, which `npm run replay` can
 * serve.
 */
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import {
  ImportError,
  importCommandOutputs,
  KEEPABLE_DATA_KINDS,
  parseKeptDataKinds,
  RecordingError,
  createExchangeRecorder,
} from '#lib/recording/index.ts'
import { parseArguments, exitWithFailure } from './command-line/exit-with-failure.ts'

const USAGE = `usage: npm run import -- FILES... [--out FILE] [--at ISO] [--keep names,addresses]

  FILES   outputs of az network ... -o json
  --out   the recording (default: import.ndjson.gz); an existing recording is extended
  --at    time when the outputs were saved (default: the time of the newest file)
  --keep  leaves names or addresses unchanged; ids are always mapped and secrets always removed`

const fail: (...lines: string[]) => never = (...lines) => exitWithFailure('import', lines)

function read(file: string) {
  try {
    return { name: path.basename(file), text: readFileSync(file, 'utf8'), savedAt: statSync(file).mtimeMs }
  } catch (error) {
    return fail(`${file}: can't be read (${(error as NodeJS.ErrnoException).code}): name the saved outputs`)
  }
}

const { values, positionals } = parseArguments('import', USAGE, {
  options: {
    out: { type: 'string', default: 'import.ndjson.gz' },
    at: { type: 'string' },
    keep: { type: 'string', default: '' },
    help: { type: 'boolean' },
  },
  allowPositionals: true,
})
if (positionals.length === 0) fail('name the saved outputs', USAGE)
const { kept, unknown } = parseKeptDataKinds(values.keep)
if (unknown.length > 0) fail(`--keep ${unknown.join(',')}: none of ${KEEPABLE_DATA_KINDS.join(', ')}`)
const files = positionals.map(read)
const at =
  values.at === undefined ? Math.floor(Math.max(...files.map(({ savedAt }) => savedAt))) : Date.parse(values.at)
if (Number.isNaN(at)) fail(`--at ${values.at}: not an ISO 8601 time`)
try {
  const exchanges: Parameters<ReturnType<typeof createExchangeRecorder>['note']>[0][] = []
  const { resources, tables } = await importCommandOutputs(files, {
    at,
    onExchange: (exchange) => exchanges.push(exchange),
  })
  // the recording is opened only after all files were read, so that an unreadable file does not leave an incomplete
  // recording
  const recorder = createExchangeRecorder(values.out, {
    kept,
    startedAt: at,
    onFault: (error) => fail(`${values.out} can't be written: ${(error as Error).message}`),
  })
  for (const exchange of exchanges) recorder.note(exchange)
  recorder.close()
  process.stderr.write(
    `import: ${resources} resources and ${tables} tables in ${values.out}; npm run replay serves it\n`,
  )
} catch (error) {
  if (error instanceof ImportError || error instanceof RecordingError) fail(error.message)
  throw error
}
